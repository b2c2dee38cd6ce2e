"""The smoke job of `marquee local up`: a real video through the whole of it, down to what a player without a key can see."""

from dataclasses import dataclass

from marquee.cli._project import project_dir
from marquee.cli._protection import Checked, check_streams, require_protected
from marquee.cli._renditions import Renditions
from marquee.cli._sample import sample
from marquee.domain.packaging import asset_of
from marquee.domain.publishing import Playback
from marquee.errors import MarqueeError
from marquee.ingest import Catalogue, Item, Target, content_keys, upload, wait_for_record


@dataclass(frozen=True, kw_only=True)
class Smoke:
    """What became of the sample."""

    title: Item
    streams: tuple[Checked, ...]


def smoke(target: Target, *, seconds: float = 120.0) -> Smoke:
    """Ingest the sample and check every stream of its HLS and DASH.

    Raises MarqueeError if it is refused, not done in `seconds`, or if a stream plays without its key or does not play with it.
    """
    done = upload(target, sample(project_dir() / ".cache"))
    record = wait_for_record(target, done, seconds=seconds)
    title = Catalogue(target).title(done.title_id)
    if record["outcome"] != "published" or title is None:
        raise MarqueeError(f"the sample was not published: {record['outcome']}, {record.get('detail', 'no reason given')}")
    playback: Playback = title["playback"]
    if asset_of(playback["hls"]):  # packaged when somebody asks for it, which a viewer's session alone may do
        return Smoke(title=title, streams=())
    keys = content_keys(target, playback["keys"])
    checked = check_streams(Renditions(target, playback), keys)
    require_protected(checked, encrypted=playback["scheme"] is not None)
    return Smoke(title=title, streams=tuple(checked))
