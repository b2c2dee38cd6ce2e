"""How libvmaf is asked, and what it answers; for the ffmpeg of the wheel imageio-ffmpeg."""

import json
from typing import Final

from marquee.domain.ladder.tones import to_sdr
from marquee.domain.media import DynamicRange

SUBSAMPLE: Final = 5
"""Every fifth picture is scored: the mean moves by tenths, the time by half."""


def reference(width: int, height: int, tones: DynamicRange) -> str:
    """The filters that make a reference of a master's picture: at the size that is measured, in the colours that viewers will get."""
    return f"setsar=1,scale={width}:{height}:flags=lanczos:out_range=limited,{to_sdr(tones)}format=yuv420p"


def arguments(distorted: str, reference: str, width: int, height: int, log: str) -> list[str]:
    """Score one file against another of `width` x `height`, to which it is scaled as a player would. `log`: the JSON to write."""
    graph = (
        f"[0:v]scale={width}:{height}:flags=bicubic,settb=AVTB,setpts=PTS-STARTPTS[d];[1:v]settb=AVTB,setpts=PTS-STARTPTS[r];"
        f"[d][r]libvmaf=shortest=1:n_subsample={SUBSAMPLE}:log_fmt=json:log_path={log}"
    )
    return ["-v", "error", "-nostdin", "-i", distorted, "-i", reference, "-lavfi", graph, "-f", "null", "-"]


def score(log: str) -> float:
    """The mean over the pictures that were scored, 0 to 100. ValueError if the text is none of libvmaf's."""
    try:
        return round(float(json.loads(log)["pooled_metrics"]["vmaf"]["mean"]), 2)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"no VMAF log: {error!r}") from error
