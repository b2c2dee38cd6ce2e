"""What must hold between the parts of a ladder. Each rule yields messages that name the field, the consequence and the fix."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from marquee.domain.ladder.devices import DeviceClass, Network
from marquee.domain.ladder.drm import Protection
from marquee.domain.ladder.rendition import Rendition
from marquee.domain.ladder.tracks import AudioTrack, CaptionTrack, Thumbnails, TrickPlay


def check(
    *,
    renditions: Sequence[Rendition],
    audio: Sequence[AudioTrack],
    captions: Sequence[CaptionTrack],
    devices: Sequence[DeviceClass],
    networks: Sequence[Network],
    protection: Protection | None,
) -> Iterator[str]:
    """Every broken rule, in order."""
    if not renditions:
        yield "renditions is empty, nothing would be encoded; name at least one"
    if not devices or not networks:
        yield "devices or networks is empty, so nothing says who must be able to play; name at least one of each"
    yield from _unique("renditions", [rung.name for rung in renditions])
    yield from _unique("audio", [track.name for track in audio])
    yield from _unique("captions", [track.name for track in captions])
    yield from _unique("captions", [str(track.channel) for track in captions if track.kind == "cea608"], what="CEA-608 channel")
    yield from _unique("devices", [device.name for device in devices])
    yield from _unique("networks", [network.name for network in networks])
    yield from _rising(renditions)
    for device in devices:
        yield from _served(device, renditions, audio, networks, protection)
    if protection:
        yield from _systems_used(protection, devices)
    yield from _rungs_used(renditions, devices, protection)


def check_transport(
    *,
    renditions: Sequence[Rendition],
    audio: Sequence[AudioTrack],
    thumbnails: Thumbnails | None,
    trick_play: TrickPlay | None,
    protection: Protection | None,
) -> Iterator[str]:
    """Every broken rule of a ladder whose segments are MPEG-2 transport streams, which MediaPackage packages for players.

    Source: MediaPackage user guide, "VOD supported codecs and input types", "Using image media playlists".
    """
    for rung in renditions:
        if rung.codec == "av1":
            yield f"renditions: {rung.name} is AV1, which no transport stream carries; leave it out, or use CMAF"
    for track in audio:
        if track.audio_only:
            yield f"audio: {track.name} is a variant without a picture, which is no source for a packager; leave it out, or use CMAF"
    if trick_play:
        yield "trick_play: the packager makes a playlist of key frames itself, the stream would be one rendition more; set it to None"
    if thumbnails and (thumbnails.columns, thumbnails.rows) != (1, 1):
        yield (
            f"thumbnails: a sheet of {thumbnails.columns}x{thumbnails.rows} can only be written beside the playlists, and MediaPackage "
            "passes it on as one picture; use one column and one row"
        )
    if protection:
        yield "protection: MediaPackage takes no encrypted segments and encrypts itself; set it to None"


def _unique(where: str, names: list[str], what: str = "name") -> Iterator[str]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{where}: two have the {what} {name}, one would overwrite the other; remove one or change its size, language or bitrate"


def _rising(renditions: Sequence[Rendition]) -> Iterator[str]:
    """Within a codec, more bits for no smaller a picture: a player climbs by bitrate."""
    for codec, group in groupby(sorted(renditions, key=lambda rung: rung.codec), key=lambda rung: rung.codec):
        rungs = list(group)
        for lower, upper in pairwise(rungs):
            if upper.max_kbps <= lower.max_kbps or upper.pixels < lower.pixels:
                yield (
                    f"renditions: {upper.name} follows {lower.name} with a smaller picture or no more bits, so players of {codec} would "
                    "climb to a worse picture; order each codec's rungs by rising size and bitrate"
                )


def _served(
    device: DeviceClass,
    renditions: Sequence[Rendition],
    audio: Sequence[AudioTrack],
    networks: Sequence[Network],
    protection: Protection | None,
) -> Iterator[str]:
    playable = [rung for rung in renditions if device.plays(rung, protection)]
    heard = [track.kbps for track in audio if device.plays_audio(track)]
    if audio and not heard:
        yield f"audio: {device.name} decodes none of the tracks and would be silent; add an AAC track"
    if not playable:
        yield f"renditions: {device.name} plays none of them; {_why_none(device, renditions, protection)}"
        return
    cheapest = min(rung.max_kbps for rung in playable) + min(heard, default=0)
    for network in networks:
        if cheapest > network.kbps:
            yield (
                f"renditions: {device.name} on {network.name} has {network.kbps} kbit/s and its cheapest rendition with sound takes "
                f"{cheapest}, it would stall; add a cheaper rung that it decodes"
            )


def _why_none(device: DeviceClass, renditions: Sequence[Rendition], protection: Protection | None) -> str:
    if not any(device.decodes_video(rung) for rung in renditions):
        wanted = " or ".join(f"{codec} up to level {level}" for codec, level in device.decodes)
        return f"it decodes {wanted}; add such a rung"
    wanted = " or ".join(f"{system} with {scheme}" for system, scheme in device.decrypts)
    have = f"{protection.scheme} for {', '.join(protection.systems)}" if protection else "nothing"
    return f"it decrypts {wanted} and protection offers {have}; change the scheme or systems, or leave the device out"


def _systems_used(protection: Protection, devices: Sequence[DeviceClass]) -> Iterator[str]:
    for system in protection.systems:
        if (system, protection.scheme) not in {pair for device in devices for pair in device.decrypts}:
            yield (
                f"protection: no device uses {system} with {protection.scheme}, "
                "its keys would be made for nobody; leave it out or add the device"
            )


def _rungs_used(renditions: Sequence[Rendition], devices: Sequence[DeviceClass], protection: Protection | None) -> Iterator[str]:
    for rung in renditions:
        if devices and not any(device.plays(rung, protection) for device in devices):
            yield f"renditions: no device plays {rung.name}, its encode would be paid for nobody; leave it out or add the device"
