"""How live channels are encrypted: SPEKE v2, with the role that MediaPackage asks for keys with."""

from typing import Any, Final

from pulumi import ComponentResource, Output, ResourceOptions

from components.identity.role import Role, RoleArgs
from components.identity.statement import allow, assume_role_policy
from components.refs import KeyProviderRef, Placement
from marquee.domain.content_keys import LIVE, Content
from marquee.domain.ladder.drm import Protection

_SYSTEMS: Final = {"widevine": "WIDEVINE", "playready": "PLAYREADY", "fairplay": "FAIRPLAY"}
"""Source: MediaPackage V2 API Reference, SpekeKeyProvider, DrmSystems."""


class LiveProtection(ComponentResource):
    """Keys for audio, SD, HD and UHD each, changed by period: a key that leaks opens an hour and not a channel for ever."""

    def __init__(
        self,
        name: str,
        *,
        placement: Placement,
        key_provider: KeyProviderRef,
        protection: Protection,
        rotation_seconds: int,
        opts: ResourceOptions | None = None,
    ):
        """`rotation_seconds`: length of a key period, 300 or more. MediaPackage asks a provider at API Gateway in its own region alone."""
        super().__init__("marquee:live:LiveProtection", name, {}, opts)
        place = placement
        role = Role(
            name,
            RoleArgs(
                role_name=place.names.role("live-keys", place.region),
                trust=assume_role_policy("mediapackagev2.amazonaws.com", account=place.account),
                statements=[allow("execute-api:Invoke", on=key_provider.invoke_arn)] if key_provider.invoke_arn is not None else [],
                boundary_arn=place.boundary_arn,
                description="What MediaPackage may ask the key provider",
            ),
            opts=ResourceOptions(parent=self),
        )
        self._role: Output[str] = role.ready
        self._url, self._protection, self._rotation_seconds = key_provider.url, protection, rotation_seconds
        self.register_outputs({})

    def encryption(self, channel: str) -> dict[str, Any]:
        """`Segment.Encryption` of a channel's endpoint."""
        return {
            "EncryptionMethod": {"CmafEncryptionMethod": self._protection.scheme.upper()},
            "KeyRotationIntervalSeconds": self._rotation_seconds,
            "SpekeKeyProvider": {
                "DrmSystems": [_SYSTEMS[system] for system in self._protection.systems],
                # One key for all audio, and one each for SD, HD and UHD pictures: the same labels as in a title version.
                "EncryptionContractConfiguration": {"PresetSpeke20Audio": "PRESET_AUDIO_1", "PresetSpeke20Video": "PRESET_VIDEO_3"},
                "ResourceId": Content(channel, LIVE).id,
                "RoleArn": self._role,
                "Url": self._url,
            },
        }
