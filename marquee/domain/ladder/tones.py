"""High dynamic range into the range of ordinary screens, as a filter of ffmpeg's: everything that is encoded is BT.709, eight bits.

White, at 203 cd/m², becomes 85 % of the signal, and what is above it up to 1,000 cd/m² gets the rest, so that no highlight is cut off;
greys below a third of white stay what they are. Sources: ITU-R BT.2100-2, tables 4 and 5; ITU-R BT.2408-7, 2.2 (reference white).
"""

from typing import Final

from marquee.domain.media import DynamicRange

_TRANSFERS: Final[dict[DynamicRange, str]] = {"PQ": "smpte2084", "HLG": "arib-std-b67"}
_WHITE: Final = 203  # cd/m²
_BRIGHTEST: Final = 1000  # cd/m²; what most masters are graded for, and HLG's nominal peak


def to_sdr(source: DynamicRange) -> str:
    """The filters that turn the picture of `source` into BT.709, each with a comma behind; none for one of SDR.

    What the picture is, is said and not taken from its frames: some decoders lose the one or the other tag.
    """
    if source == "SDR":
        return ""
    return (
        f"setparams=color_primaries=bt2020:color_trc={_TRANSFERS[source]}:colorspace=bt2020nc,"
        f"zscale=t=linear:npl={_WHITE},format=gbrpf32le,zscale=p=bt709,"
        f"tonemap=mobius:peak={_BRIGHTEST / _WHITE:.3f}:desat=0,zscale=t=bt709:m=bt709:r=limited,format=yuv420p,"
    )
