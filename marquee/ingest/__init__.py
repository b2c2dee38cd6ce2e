"""Data commands as ordinary AWS clients: upload a master, see what became of it, look titles up, take them off the air."""

from marquee.ingest.catalogue import Catalogue, Item
from marquee.ingest.keys import content_keys
from marquee.ingest.target import Target
from marquee.ingest.upload import Upload, upload, wait_for_record
from marquee.ingest.withdrawal import withdraw

__all__ = ["Catalogue", "Item", "Target", "Upload", "content_keys", "upload", "wait_for_record", "withdraw"]
