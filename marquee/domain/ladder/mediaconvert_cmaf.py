"""One CMAF group of outputs, which HLS and DASH share, encrypted if the plan says so."""

from dataclasses import dataclass
from typing import Final

from marquee.domain.ladder.drm import SYSTEM_IDS, Protection, Scheme
from marquee.domain.ladder.mediaconvert_tracks import (
    Settings,
    audio_description,
    audio_groups,
    audio_length,
    audio_role,
    caption_description,
    segment_length,
    video_description,
)
from marquee.domain.ladder.plan import Plan, Rung
from marquee.domain.ladder.tracks import AudioTrack, CaptionTrack

_METHODS: Final[dict[Scheme, str]] = {"cbcs": "SAMPLE_AES", "cenc": "AES_CTR"}


@dataclass(frozen=True, kw_only=True)
class Speke:
    """The key provider that a job asks for its content keys."""

    url: str
    """HTTPS address of a SPEKE v2 server; MediaConvert signs its requests with the job's role."""
    resource_id: str
    """Letters, digits, `_` and `-`: names the title version to the provider."""


def group(plan: Plan, destination: str, speke: Speke | None) -> Settings:
    """The group. Every output is one track, since CMAF does not mux. ValueError of `segment_length`."""
    return {
        "Name": "CMAF",
        "OutputGroupSettings": {"Type": "CMAF_GROUP_SETTINGS", "CmafGroupSettings": _settings(plan, destination, speke)},
        "Outputs": [
            *(_video_output(plan, rung) for rung in plan.rungs),
            *(_audio_output(plan, track) for track in plan.audio),
            *(_caption_output(track) for track in plan.ladder.captions),
        ],
    }


def _settings(plan: Plan, destination: str, speke: Speke | None) -> Settings:
    found: Settings = {
        "Destination": destination,
        "WriteHlsManifest": "ENABLED",
        "WriteDashManifest": "ENABLED",
        "SegmentControl": "SEGMENTED_FILES",
        "SegmentLength": segment_length(plan),
        "SegmentLengthControl": "GOP_MULTIPLE",
        "FragmentLength": segment_length(plan),
        "CodecSpecification": "RFC_6381",
        "ManifestDurationFormat": "FLOATING_POINT",
        "StreamInfResolution": "INCLUDE",
        "TargetDurationCompatibilityMode": "SPEC_COMPLIANT",
        "MpdProfile": "MAIN_PROFILE",
    }
    thumbnails = plan.ladder.thumbnails
    if thumbnails:
        width, height = plan.thumbnail_size
        found["ImageBasedTrickPlay"] = "ADVANCED"
        found["ImageBasedTrickPlaySettings"] = {
            "IntervalCadence": "FOLLOW_CUSTOM",
            "ThumbnailInterval": float(thumbnails.interval),
            "ThumbnailWidth": width,
            "ThumbnailHeight": height,
            "TileWidth": thumbnails.columns,
            "TileHeight": thumbnails.rows,
        }
    if plan.ladder.trick_play:
        found["DashIFrameTrickPlayNameModifier"] = f"-{plan.ladder.trick_play.name}"
    if plan.ladder.protection and speke:
        found["Encryption"] = _encryption(plan.ladder.protection, speke)
    return found


def _encryption(protection: Protection, speke: Speke) -> Settings:
    """Separate keys for audio, SD, HD and UHD: the presets that `key_label` mirrors."""
    ids = {system: SYSTEM_IDS[system] for system in protection.systems}
    provider: Settings = {
        "ResourceId": speke.resource_id,
        "Url": speke.url,
        "EncryptionContractConfiguration": {"SpekeAudioPreset": "PRESET_AUDIO_1", "SpekeVideoPreset": "PRESET_VIDEO_3"},
        "HlsSignaledSystemIds": list(ids.values()),
    }
    dash = [identifier for system, identifier in ids.items() if system != "fairplay"]  # FairPlay has no DASH
    if dash:
        provider["DashSignaledSystemIds"] = dash
    return {
        "Type": "SPEKE",
        "EncryptionMethod": _METHODS[protection.scheme],
        "InitializationVectorInManifest": "INCLUDE",
        "SpekeKeyProvider": provider,
    }


def _video_output(plan: Plan, rung: Rung) -> Settings:
    container: Settings = {"IFrameOnlyManifest": "INCLUDE" if plan.ladder.trick_play and rung == plan.rungs[0] else "EXCLUDE"}
    if groups := audio_groups(plan):
        container["AudioRenditionSets"] = groups
    return {
        "NameModifier": f"-{rung.name}",
        "ContainerSettings": {"Container": "CMFC", "CmfcSettings": container},
        "VideoDescription": video_description(plan, rung, mp4=True),
    }


def _audio_output(plan: Plan, track: AudioTrack) -> Settings:
    return {
        "NameModifier": f"-{track.name}",
        "ContainerSettings": {
            "Container": "CMFC",
            "CmfcSettings": {"AudioGroupId": track.group, "AudioTrackType": audio_role(track, plan), **audio_length(plan)},
        },
        "AudioDescriptions": [audio_description(track)],
    }


def _caption_output(track: CaptionTrack) -> Settings:
    return {
        "NameModifier": f"-{track.name}",
        "ContainerSettings": {"Container": "CMFC"},
        "CaptionDescriptions": [caption_description(track)],
    }
