"""The one typed ladder: what a title is encoded to, for whom, and every tool's settings that follow from it."""
