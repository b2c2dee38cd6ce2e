"""What must hold between the fields of DRM."""

from collections.abc import Iterator, Mapping
from typing import Any

from marquee.domain.ladder.drm import PROTECTS
from marquee.settings._broken import Broken, Rule, repeated
from marquee.settings._platform import Settings


def distinct_systems(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """A DRM system stands once in the list."""
    for index in repeated(s.drm.systems):
        yield Broken(("drm", "systems", index), "is listed twice", "list each system once")


def systems_decrypt_the_scheme(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """A system that does not know the scheme has devices that play nothing."""
    for index, system in enumerate(s.drm.systems):
        if s.drm.scheme not in PROTECTS[system]:
            why = f"does not decrypt {s.drm.scheme}, so its devices would play nothing"
            yield Broken(("drm", "systems", index), why, f"leave {system} out, or write scheme: {' or '.join(PROTECTS[system])}")


def account_of_a_provider_at_api_gateway(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """An account means something for an external provider that signs requests in IAM's way, and for no other."""
    if s.drm.key_provider_account is not None and s.drm.invoke_arn(s.accounts.workload) is None:
        why = "means nothing: drm.key_provider is no address of API Gateway, so there is no ARN to name"
        yield Broken(
            ("drm", "key_provider_account"), why, "remove it, or name https://<id>.execute-api.<region>.amazonaws.com/<stage>/<path>"
        )


def clear_keys_come_from_the_reference_provider(s: Settings, _: Mapping[str, Any]) -> Iterator[Broken]:
    """The licence endpoint makes keys again from their ids, which an external provider alone can do for its own."""
    if s.drm.clear_key and s.drm.key_provider is not None:
        why = "is true, but the keys of drm.key_provider are not ours to hand out"
        yield Broken(("drm", "clear_key"), why, "write false, or remove drm.key_provider")


DRM_RULES: tuple[Rule, ...] = (
    distinct_systems,
    systems_decrypt_the_scheme,
    account_of_a_provider_at_api_gateway,
    clear_keys_come_from_the_reference_provider,
)
