"""How ffmpeg is to open a master of somebody else's: what it may read, on which clock, and the captions inside its picture."""

from collections.abc import Sequence
from typing import Final

QUIET: Final = ("-nostdin", "-hide_banner", "-loglevel", "error", "-y")
"""What every ffmpeg is told first: to ask nothing, to say nothing but what is wrong, and to write over what is there."""


def closed_captions(channel: int, demuxer: str, descriptor: int | str, target: str) -> list[str]:
    """Write the CEA-608 captions of a picture to the WebVTT `target`. ValueError for a second channel of a field: ffmpeg reads the first.

    The source is the open file `descriptor` alone, as in `own_file`; the decoded picture gives captions by a filter's second output.
    """
    if channel not in (1, 3):
        raise ValueError(f"captions: ffmpeg decodes CEA-608 channels 1 and 3, and {channel} is none of them; choose the first of its field")
    options = f"fd={descriptor}\\:protocol_whitelist=fd"
    return [
        *QUIET, "-protocol_whitelist", "fd", "-data_field", "first" if channel == 1 else "second",
        "-f", "lavfi", "-i", f"movie=filename='fd\\:':format_name={demuxer}:format_opts='{options}'[out0+subcc]",
        "-map", "0:s:0", "-c:s", "webvtt", "-f", "webvtt", target,
    ]  # fmt: skip


def own_file(arguments: Sequence[str], demuxer: str, descriptor: int | str) -> list[str]:
    """The same arguments, reading only the open file `descriptor`, as `demuxer` (such as `mov`).

    A master may be a playlist in disguise, or point at other files: the demuxer is fixed, and ffmpeg may open nothing for reading at all.
    The source in `arguments` has to be `fd:`. Each process needs a description of its own, since a shared one has one position.
    """
    place = arguments.index("-i")
    return [*arguments[:place], "-protocol_whitelist", "fd", "-fd", str(descriptor), "-f", demuxer, *arguments[place:]]


def on_one_clock(arguments: Sequence[str], demuxer: str) -> list[str]:
    """The same encode of a master, counting time from the same moment as the encodes of its other streams.

    Of a transport stream ffmpeg counts from the first of the streams that it was asked for, and what begins apart would begin together.
    So the picture and the sound are both asked for, and thrown away besides. Of other containers it counts from the file's beginning,
    and a stream that nobody wants is not even read.
    """
    behind = arguments.index("-i") + 2
    both = ["-map", "0:V:0?", "-map", "0:a:0?", "-c", "copy", "-f", "null", "-"] if demuxer == "mpegts" else []
    return [*arguments[:behind], *both, *arguments[behind:]]
