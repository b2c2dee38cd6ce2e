"""One encode of one title version: all that the encoders, the verifier and the analysis need to know of it.

Travels as JSON through the ingest workflow, so nothing in it is secret: content keys are asked for by whoever packages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final, Literal, cast

from marquee.domain.ladder.default import default_ladder, transported
from marquee.domain.ladder.drm import Protection
from marquee.domain.ladder.model import Ladder
from marquee.domain.ladder.plan import Plan, Source, plan_of
from marquee.domain.ladder.segmenting import Segmenting
from marquee.domain.ladder.tracks import UNKNOWN, CaptionTrack
from marquee.domain.titles import CLEAR, RENDITIONS, rendition_prefix

Packaging = Literal["static", "jit"]
"""`static`: what is written is what players get. `jit`: it is the source of just-in-time packaging, clear HLS over MPEG-2 TS."""
Json = dict[str, Any]
"""A JSON object as `json.loads` gives it."""

_MARGIN: Final = Fraction(1, 2)  # seconds; rounded to whole frames, a group of pictures is a little longer than was asked for
LONGEST: Final = Fraction(48 * 3600)  # seconds; what the probe accepts


@dataclass(frozen=True, kw_only=True)
class S3Object:
    """One version of one object."""

    bucket: str
    key: str
    version_id: str | None = None
    """None only where the bucket keeps no versions."""


@dataclass(frozen=True, kw_only=True)
class Caption:
    """A caption track and, for WebVTT, the file that holds it."""

    track: CaptionTrack
    source: S3Object | None = None
    """None for CEA-608, which is inside the picture."""

    def __post_init__(self) -> None:
        if (self.source is None) != (self.track.kind == "cea608"):
            raise ValueError(f"captions {self.track.name}: WebVTT comes from a file and CEA-608 from the master; give or drop the source")


@dataclass(frozen=True, kw_only=True)
class EncodeJob:
    """What is encoded, from where and to where. ValueError names the field, the consequence and the fix."""

    title_id: str
    version: str
    """`titles.version_of` the master's version id: 16 hexadecimal digits."""
    master: S3Object
    bucket: str
    """Where the renditions go."""
    prefix: str
    """Below which they go there; ends with `/`."""
    source: Source
    duration: Fraction
    """Seconds."""
    segment_seconds: Fraction = Fraction(6)
    gop_seconds: Fraction = Fraction(2)
    packaging: Packaging = "static"
    protection: Protection | None = None
    """None: the outputs are clear, as `jit` wants them."""
    speke_url: str | None = None
    """The key provider; set if and only if there is protection."""
    rungs: tuple[str, ...] | None = None
    """Names of the rungs that the analysis chose, a lower bitrate than the ladder's allowed: `avc-1080p-4200k`. None: all that fit."""
    captions: tuple[Caption, ...] = ()
    embedded: bool = False
    """Whether CEA-608 stays inside the picture, as ffmpeg can keep it; MediaConvert's CMAF has no place for it and gets WebVTT."""
    language: str = UNKNOWN
    """BCP 47, of the sound; `und` if nobody said."""

    def __post_init__(self) -> None:
        if not self.prefix.endswith("/") or self.prefix.startswith("/"):
            raise ValueError(f"prefix {self.prefix!r}: renditions would be strewn over the bucket; begin without and end with a slash")
        if not 0 < self.duration <= LONGEST:
            raise ValueError(f"duration {float(self.duration):g} s is outside 0 to two days; probe the master again")
        if (self.protection is None) != (self.speke_url is None):
            raise ValueError("protection and speke_url: one without the other gives keys for nothing or nothing for keys; set both or none")
        if self.packaging == "jit" and (self.protection is not None or self.prefix.startswith(RENDITIONS)):
            raise ValueError(
                f"packaging jit: its source is clear, and below {RENDITIONS} viewers would get it; drop the protection and write it "
                f"below {CLEAR}"
            )

    @property
    def served(self) -> str:
        """Prefix of what the edge serves from the bucket: the renditions, or their thumbnails alone if they are packaged just in time."""
        return rendition_prefix(self.title_id, self.version) if self.packaging == "jit" else self.prefix

    def ladder(self) -> Ladder:
        """The platform's ladder, cut and protected as this job says, with this title's captions and language."""
        ladder = default_ladder()
        if self.packaging == "jit":
            ladder = transported(ladder)
        return replace(
            ladder,
            segmenting=Segmenting(seconds=self.segment_seconds, gop_seconds=self.gop_seconds),
            protection=self.protection,
            captions=tuple(caption.track for caption in self.captions),
            audio=tuple(replace(track, language=self.language) for track in ladder.audio),
            # Of one picture there is nothing to wind through, and packagers list it as an ordinary rendition.
            trick_play=ladder.trick_play if self.duration > self.gop_seconds + _MARGIN else None,
        )

    def plan(self) -> Plan:
        """The ladder for this source, with the chosen rungs alone if some are chosen. ValueError for one that does not fit.

        The analysis chooses in all codecs, whoever packages: chosen rungs whose codec transport streams do not carry are left out.
        """
        source, ladder, chosen = self.source, self.ladder(), self.rungs
        if chosen is not None and ladder.container == "ts":
            chosen = tuple(name for name in chosen if not name.startswith("av1-"))
        return plan_of(ladder, source, chosen=chosen)

    def to_json(self) -> Json:
        """As `from_json` reads it: camelCase, fractions as text such as `30000/1001`."""
        source, protection = self.source, self.protection
        return {
            "titleId": self.title_id,
            "version": self.version,
            "master": _object(self.master),
            "destination": {"bucket": self.bucket, "prefix": self.prefix},
            "source": {
                "width": source.width,
                "height": source.height,
                "fps": str(source.fps),
                "channels": source.channels,
                "dynamicRange": source.dynamic_range,
                "pictureEnds": _text(source.picture_ends),
                "fillUntil": _text(source.fill_until),
                "duration": str(self.duration),
            },
            "segmentSeconds": str(self.segment_seconds),
            "gopSeconds": str(self.gop_seconds),
            "packaging": self.packaging,
            "protection": {"scheme": protection.scheme, "systems": list(protection.systems)} if protection else None,
            "spekeUrl": self.speke_url,
            "rungs": list(self.rungs) if self.rungs is not None else None,
            "embedded": self.embedded,
            "language": self.language,
            "captions": [
                {
                    "kind": caption.track.kind,
                    "language": caption.track.language,
                    "channel": caption.track.channel,
                    "source": _object(caption.source) if caption.source else None,
                }
                for caption in self.captions
            ],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "EncodeJob":
        """The job that `to_json` wrote. ValueError says which field is missing or odd."""
        try:
            return _parsed(value)
        except (KeyError, TypeError, ZeroDivisionError) as error:
            raise ValueError(
                f"encode job: {error!r} in a field that is missing or of another type; write it with EncodeJob.to_json"
            ) from error


def _parsed(value: Mapping[str, Any]) -> EncodeJob:
    source, protection, rungs = value["source"], value["protection"], cast("Sequence[str] | None", value["rungs"])
    return EncodeJob(
        title_id=str(value["titleId"]),
        version=str(value["version"]),
        master=_parsed_object(value["master"]),
        bucket=str(value["destination"]["bucket"]),
        prefix=str(value["destination"]["prefix"]),
        source=Source(
            width=int(source["width"]),
            height=int(source["height"]),
            fps=Fraction(source["fps"]),
            channels=int(source["channels"]),
            dynamic_range=source["dynamicRange"],
            picture_ends=_fraction(source["pictureEnds"]),
            fill_until=_fraction(source["fillUntil"]),
        ),
        duration=Fraction(source["duration"]),
        segment_seconds=Fraction(value["segmentSeconds"]),
        gop_seconds=Fraction(value["gopSeconds"]),
        packaging=value["packaging"],
        protection=Protection(scheme=protection["scheme"], systems=tuple(protection["systems"])) if protection else None,
        speke_url=value["spekeUrl"],
        rungs=tuple(rungs) if rungs is not None else None,
        captions=tuple(_parsed_caption(caption) for caption in value["captions"]),
        embedded=bool(value["embedded"]),
        language=str(value["language"]),
    )


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _fraction(value: str | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _object(value: S3Object) -> Json:
    return {"bucket": value.bucket, "key": value.key, "versionId": value.version_id}


def _parsed_object(value: Mapping[str, Any]) -> S3Object:
    return S3Object(bucket=value["bucket"], key=value["key"], version_id=value["versionId"])


def _parsed_caption(value: Mapping[str, Any]) -> Caption:
    track = CaptionTrack(kind=value["kind"], language=value["language"], channel=int(value["channel"]))
    return Caption(track=track, source=_parsed_object(value["source"]) if value["source"] else None)
