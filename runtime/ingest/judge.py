"""The probe's verdict on a file. It raises only for what is not the file's fault."""

from dataclasses import dataclass
from fractions import Fraction

from marquee.domain import companions, titles
from marquee.domain.companions import BadCompanionError, Sidecar
from marquee.domain.media import EXPLAINED, MediaFacts, Reason, Verdict
from marquee.domain.segments import gop_frames, segment_count
from runtime.ingest import avi, beside, boxes, captions, matroska, mediainfo, packets, picture
from runtime.ingest.beside import LieError, Surroundings
from runtime.ingest.containers import SNIFF, Container, container_of
from runtime.ingest.pace import Pace, pace
from runtime.ingest.ranges import BudgetExceededError, Fetch, RangeReader
from runtime.ingest.sandbox import ParserFailedError

SHORTEST_MS = 1000
"""Below a second there is no group of pictures to speak of, and an encoder's rounding is a part of the film."""
_SHORT = Fraction(1, 240)  # seconds; shorter frames than any film's are a clock's ticks
READ_BUDGET = 128 * 1024 * 1024
"""Bytes that one probe may read. Headers of hours of film are a few MiB; a file that needs more is broken, or made to cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the settings ask of a master and of its renditions."""

    max_bytes: int
    max_ms: int
    """Longest duration, in milliseconds."""
    segment_seconds: Fraction
    gop_seconds: Fraction


class RefusedError(Exception):
    """The file is at fault."""

    def __init__(self, reason: Reason, detail: str = ""):
        super().__init__(reason, detail)
        self.reason: Reason = reason
        self.detail = detail


def judge(key: str, size: int, fetch: Fetch, rules: Rules, around: Surroundings | None = None) -> Verdict:
    """The verdict on the object `key` of `size` bytes, which `fetch` reads in ranges; without `around` nothing is beside it."""
    said = beside.nothing_declared()
    try:
        _look_at_the_outside(key, size, rules)
        if companions.is_companion(key):
            return _judge_companion(key, size, fetch)
        sidecar = beside.declare(key, around, said) if around else Sidecar()
        media = _judge_content(RangeReader(fetch, size, budget=READ_BUDGET), rules)
        if around:
            beside.check(sidecar, media, size, around)
    except RefusedError as error:
        verdict = refused(error.reason, error.detail)
    except ParserFailedError as error:
        verdict = refused("unreadable", f"the parser fails on it: {error}")
    except BudgetExceededError:
        verdict = refused("unreadable", f"its structure takes more than {READ_BUDGET} bytes to read")
    except BadCompanionError as error:
        verdict = refused("bad_companion", str(error))
    except LieError as error:
        verdict = refused("companion_lies", str(error))
    else:
        verdict = _verdict(media=media)
    return {**verdict, "declared": said}


def refused(reason: Reason, detail: str = "") -> Verdict:
    """The verdict on a file that is not taken."""
    return _verdict(reason, detail or EXPLAINED[reason])


def _verdict(reason: Reason | None = None, detail: str = "", *, waits: bool = False, media: MediaFacts | None = None) -> Verdict:
    return {
        "accepted": reason is None,
        "waits": waits,
        "reason": reason,
        "detail": detail,
        "media": media,
        "declared": beside.nothing_declared(),
    }


def _look_at_the_outside(key: str, size: int, rules: Rules) -> None:
    if titles.title_of(key) == titles.UNKNOWN:
        raise RefusedError("bad_key")
    if size == 0:
        raise RefusedError("empty")
    if size > rules.max_bytes:
        raise RefusedError("too_large", f"it has {size} bytes, and {rules.max_bytes} are allowed")


def _judge_companion(key: str, size: int, fetch: Fetch) -> Verdict:
    """It waits for its master, unless it is so large or such a file that somebody must have meant it as a master."""
    largest = companions.LARGEST[companions.suffix_of(key)]
    if size > largest:
        raise RefusedError("bad_companion", f"a file with this ending is read beside a master; it has {size} bytes, and {largest} may be")
    if container_of(fetch(0, min(size, SNIFF) - 1)) is not None:
        raise RefusedError("bad_companion", "a file with this ending is read beside a master, and this one holds media; rename it")
    return _verdict(waits=True)


def _judge_content(file: RangeReader, rules: Rules) -> MediaFacts:
    container = container_of(file.at(0, SNIFF))
    if container is None:
        raise RefusedError("not_media")
    if container == "iso" and (problem := boxes.problem(file)):
        raise RefusedError(*problem)
    parsed, outline = mediainfo.parse(file), matroska.outline(file) if container == "matroska" else None
    if parsed.truncated and not _is_whole(container, file, outline):
        raise RefusedError("truncated")
    if not parsed.video:
        raise RefusedError("no_video")
    if parsed.encrypted:
        raise RefusedError("encrypted")
    duration = parsed.duration_ms or (round(((outline.until or 0) - min(outline.times, default=0)) * 1000) if outline else 0)
    if not SHORTEST_MS <= duration <= rules.max_ms:
        raise RefusedError("bad_duration", f"its duration is {duration} ms, and {SHORTEST_MS} to {rules.max_ms} are allowed")
    if outline:
        parsed.video[0] = picture.turned(parsed.video[0], outline.turned)
    rate = _rate(parsed, _pace(container, file, outline, parsed.video[0]["frameRate"]))
    if bad := picture.problem(parsed.video[0], rate, parsed.audio):
        raise RefusedError("bad_picture", bad)
    closed = captions.channels(file) if parsed.video[0]["codec"] in captions.CARRIERS else []
    return _facts(parsed, closed, duration, rate, rules)


def _is_whole(container: Container, file: RangeReader, outline: matroska.Outline | None) -> bool:
    """The library takes bytes behind the end for a file that was cut off. Boxes have been looked at before."""
    if outline:
        return outline.until is not None if outline.end is None else outline.end <= file.size
    return container == "iso" or (container == "avi" and avi.is_whole(file))


def _pace(container: Container, file: RangeReader, outline: matroska.Outline | None, stated: str | None) -> Pace:
    """What the pictures' own times say, in containers that state no rate, or one that an encoder made up."""
    if outline:
        return pace(outline.times, outline.tick, outline.lasts)
    if container == "avi" and stated:  # the rate of its frames, of which many may be empty
        frame = 1 / Fraction(stated)
        return pace([float(number * frame) for number in avi.filled(file)], float(frame) if frame < _SHORT else 0.0)
    return pace(packets.times(file), packets.TICK) if container == "mpeg-ts" else Pace()


def _rate(parsed: mediainfo.Parsed, measured: Pace) -> Fraction:
    """The rate to encode at; the first picture's own becomes what was measured."""
    first = parsed.video[0]
    if measured.rate:
        own = picture.of_frames(measured.rate, interlaced=parsed.interlaced)
        first["frameRate"] = f"{own.numerator}/{own.denominator}"
    elif measured.highest:
        first["frameRate"] = None
    return picture.encode_rate(first["frameRate"], measured.highest or parsed.highest_rate)


def _facts(parsed: mediainfo.Parsed, closed: list[int], duration_ms: int, rate: Fraction, rules: Rules) -> MediaFacts:
    return {
        "container": parsed.container,
        "durationMs": duration_ms,
        "video": parsed.video,
        "audio": parsed.audio,
        "closedCaptions": closed,
        "leftOut": parsed.left_out,
        "encodeRate": str(rate),
        "gopFrames": gop_frames(rate, rules.gop_seconds),
        "segments": segment_count(Fraction(duration_ms, 1000), rate, segment_seconds=rules.segment_seconds, gop_seconds=rules.gop_seconds),
    }
