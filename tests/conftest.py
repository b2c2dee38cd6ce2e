"""Property tests find the same examples in every run, keep no database and have no deadline: a busy machine is no failure."""

from hypothesis import settings

settings.register_profile("marquee", derandomize=True, database=None, deadline=None)
settings.load_profile("marquee")
