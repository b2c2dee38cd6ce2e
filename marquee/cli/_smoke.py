"""The smoke job of `marquee local up`: a real video through the whole of ingest."""

from marquee.cli._project import project_dir
from marquee.cli._sample import sample
from marquee.errors import MarqueeError
from marquee.ingest import Catalogue, Item, Target, upload, wait_for_record


def smoke(target: Target, *, seconds: float = 60.0) -> Item:
    """Ingest the sample and return its title's item. Raises MarqueeError if it is refused, or not done in `seconds`."""
    path = sample(project_dir() / ".cache")
    done = upload(target, path)
    record = wait_for_record(target, done, seconds=seconds)
    title = Catalogue(target).title(done.title_id)
    if record["outcome"] != "published" or title is None:
        raise MarqueeError(f"the sample was not published: {record['outcome']}, {record.get('detail', 'no reason given')}")
    return title
