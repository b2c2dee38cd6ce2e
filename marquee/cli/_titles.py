"""Titles and uploads as a person reads them."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from rich.filesize import decimal
from rich.table import Table

from marquee.cli._output import whole
from marquee.domain.publishing import Playback
from marquee.ingest import Item


def title_table(item: Item) -> Table:
    """A title or an upload, a line for each thing that is known of it."""
    table = Table(show_header=False, title_justify="left", title=f"[bold]{item['title']}[/]")
    table.add_column()
    table.add_column(overflow="fold")  # an address that is cut is none
    for name, value in _lines(item):
        table.add_row(name, value)
    return table


def titles_table(items: list[Item]) -> Table:
    """Titles, one a line."""
    table = Table(whole("title"), whole("status"), "duration", "video", "audio", whole("uploaded"))
    for item in items:
        media: dict[str, Any] = item.get("media") or {}
        table.add_row(
            item["title"],
            item["status"] if "reason" not in item else f"{item['status']}: {item['reason']}",
            duration(media["durationMs"]) if media else "",
            video(media["video"][0]) if media else "",
            ", ".join(map(audio, media.get("audio", []))),
            item["updatedAt"],
        )
    return table


def uploads_table(items: list[Item]) -> Table:
    """Uploads of one title, one a line."""
    columns = *map(whole, ("uploaded", "outcome", "file")), "size", whole("version")
    table = Table(*columns, title="uploads", title_justify="left")
    for item in items:
        master = item["master"]
        outcome = item["outcome"] if "reason" not in item else f"{item['outcome']}: {item['reason']}"
        table.add_row(item["updatedAt"], outcome, master["key"].rpartition("/")[2], decimal(master["size"]), master["versionId"])
    return table


def addresses(playback: Playback, domain: str) -> dict[str, str]:
    """HLS and DASH as viewers get them, with a session."""
    names = (("HLS", playback["hls"]), ("DASH", playback["dash"]))
    return {kind: f"https://media.{domain}/{playback['prefix']}{name}" for kind, name in names}


def renditions_table(playback: Playback, vmaf: Mapping[str, float]) -> Table:
    """A line for each rendition, sound and text."""
    columns = *map(whole, ("rendition", "picture", "codec")), "key"
    table = Table(*columns, title=f"{decimal(playback['bytes'])} in all", title_justify="left")
    for column in ("kbit/s", "size", *(["VMAF"] if vmaf else [])):
        table.add_column(column, justify="right")
    for each in playback["renditions"]:
        score = [f"{vmaf[each['name']]:.1f}" if each["name"] in vmaf else ""] if vmaf else []
        table.add_row(
            each["name"],
            f"{each['width']}x{each['height']}",
            each["codecs"],
            each["key"] or "none, clear",
            str(each["kbps"]),
            decimal(each["bytes"]),
            *score,
        )
    table.add_section()
    for sound in playback["audio"]:
        key = "AUDIO" if "AUDIO" in playback["keys"] else "none, clear"
        table.add_row(f"audio, {sound['language']}", _channels(sound["channels"]), sound["codecs"], key)
    for text in playback["captions"]:
        table.add_row(f"captions, {text['language']}", "", "", "none, clear")
    return table


def duration(milliseconds: int) -> str:
    """`1:02:03.5`, hours only if there are any."""
    seconds, rest = divmod(milliseconds, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    text = f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
    return f"{text}.{rest:03}".rstrip("0") if rest else text


def video(track: dict[str, Any]) -> str:
    """`AVC 640x360 25 fps`."""
    rate, tones = track.get("frameRate"), "" if track.get("dynamicRange", "SDR") == "SDR" else f" {track['dynamicRange']}"
    return f"{track['codec']} {track['width']}x{track['height']}" + (f" {float(Fraction(rate)):.5g} fps" if rate else "") + tones


def audio(track: dict[str, Any]) -> str:
    """`AAC 2 channels 48 kHz`."""
    rate = f" {track['sampleRate'] / 1000:g} kHz" if track.get("sampleRate") else ""
    return f"{track['codec']} {_channels(track['channels'])}{rate}" + (f" ({track['language']})" if track.get("language") else "")


def _channels(count: int) -> str:
    return "1 channel" if count == 1 else f"{count} channels"


_KINDS = {"video": "picture", "audio": "sound", "text": "subtitles", "images": "subtitles as pictures"}


def left_out(media: Mapping[str, Any]) -> list[str]:
    """What the master has and the title has not: `subtitles UTF-8 (en)`."""
    return [
        f"{_KINDS[each['kind']]} {each['codec']}" + (f" ({each['language']})" if each.get("language") else "")
        for each in media.get("leftOut", [])
    ]


def _lines(item: Item) -> list[tuple[str, str]]:
    master: dict[str, Any] = item.get("master") or {}  # a title that was harvested has none
    media: dict[str, Any] = item.get("media") or {}
    lines = [("status", item.get("status") or item["outcome"])]
    if "reason" in item:
        lines.append(("reason", f"{item['reason']}: {item['detail']}" if "detail" in item else item["reason"]))
    if master:
        lines += [
            ("master", f"s3://{master['bucket']}/{master['key']}"),
            ("version", master["versionId"]),
            ("size", decimal(master["size"])),
        ]
    if harvested := item.get("harvested"):
        lines.append(("harvested", f"channel {harvested['channel']}, {harvested['start']} to {harvested['end']}"))
    if "movedTo" in item:
        lines.append(("moved to", f"s3://{master['bucket']}/{item['movedTo']}"))
    if media:
        lines += [("container", media["container"]), ("duration", duration(media["durationMs"]))]
        lines += [("video", video(track)) for track in media["video"]]
        lines += [("audio", audio(track)) for track in media["audio"]] or [("audio", "none")]
        lines += [("left out", each) for each in left_out(media)]
        frames = f", a key frame every {media['gopFrames']} frames" if media.get("gopFrames") else ""
        lines.append(("segments", f"{media['segments']}{frames}"))
    return [*lines, ("uploaded", item["updatedAt"])]
