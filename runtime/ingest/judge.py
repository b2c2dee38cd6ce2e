"""The probe's verdict on a file. It raises only for what is not the file's fault."""

from dataclasses import dataclass
from fractions import Fraction

from marquee.domain import titles
from marquee.domain.media import EXPLAINED, MediaFacts, Reason, Verdict
from marquee.domain.segments import gop_frames, segment_count
from runtime.ingest import boxes, mediainfo
from runtime.ingest.containers import SNIFF, container_of
from runtime.ingest.ranges import BudgetExceededError, Fetch, RangeReader
from runtime.ingest.sandbox import ParserFailedError

_LONGEST_MS = 48 * 60 * 60 * 1000
READ_BUDGET = 128 * 1024 * 1024
"""Bytes that one probe may read. Headers of hours of film are a few MiB; a file that needs more is broken, or made to cost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the settings ask of a master and of its renditions."""

    max_bytes: int
    segment_seconds: Fraction
    gop_seconds: Fraction


def judge(key: str, size: int, fetch: Fetch, rules: Rules) -> Verdict:
    """The verdict on the object `key` of `size` bytes, which `fetch` reads in ranges."""
    if titles.title_of(key) == titles.UNKNOWN:
        return refused("bad_key")
    if size == 0:
        return refused("empty")
    if size > rules.max_bytes:
        return refused("too_large", f"it has {size} bytes, and {rules.max_bytes} are allowed")
    try:
        return _judge_content(RangeReader(fetch, size, budget=READ_BUDGET), rules)
    except ParserFailedError as error:
        return refused("unreadable", f"the parser fails on it: {error}")
    except BudgetExceededError:
        return refused("unreadable", f"its structure takes more than {READ_BUDGET} bytes to read")


def refused(reason: Reason, detail: str = "") -> Verdict:
    """The verdict on a file that is not taken."""
    return {"accepted": False, "reason": reason, "detail": detail or EXPLAINED[reason], "media": None}


def _judge_content(file: RangeReader, rules: Rules) -> Verdict:
    container = container_of(file.at(0, SNIFF))
    if container is None:
        return refused("not_media")
    if container == "iso" and (problem := boxes.problem(file)):
        return refused(*problem)
    parsed = mediainfo.parse(file)
    if parsed.truncated:
        return refused("truncated")
    if not parsed.video:
        return refused("no_video")
    if not parsed.duration_ms or parsed.duration_ms > _LONGEST_MS:
        return refused("bad_duration", f"its duration is {parsed.duration_ms or 0} ms")
    return {"accepted": True, "reason": None, "detail": "", "media": _facts(parsed, parsed.duration_ms, rules)}


def _facts(parsed: mediainfo.Parsed, duration_ms: int, rules: Rules) -> MediaFacts:
    stated = parsed.video[0]["frameRate"]
    rate = Fraction(stated) if stated else None
    return {
        "container": parsed.container,
        "durationMs": duration_ms,
        "video": parsed.video,
        "audio": parsed.audio,
        "gopFrames": gop_frames(rate, rules.gop_seconds) if rate else None,
        "segments": segment_count(Fraction(duration_ms, 1000), rate, segment_seconds=rules.segment_seconds, gop_seconds=rules.gop_seconds),
    }
