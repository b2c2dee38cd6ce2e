"""E26: API Gateway encrypts cached responses."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings, NotApplicable, all_of
from guard.resource import Resource


def _encrypt(method: Resource) -> Iterator[Edit]:
    if method.at("settings", "cachingEnabled").flag():
        yield Edit(("settings", "cacheDataEncrypted"), True)


@resource_control(
    id="E26",
    title="API Gateway encrypts cached responses",
    severity=Severity.MEDIUM,
    fsbp=("APIGateway.5",),
    checkov=("CKV_AWS_308",),
    types=("aws:apigateway/methodSettings:MethodSettings",),
    why="Cached responses are copies of what users were told.",
    fix="set settings.cacheDataEncrypted to true.",
    remediate=_encrypt,
)
def cached_responses_encrypted(method: Resource) -> Findings:
    """Asked only where responses are cached."""
    caching, encrypted = method.at("settings", "cachingEnabled"), method.at("settings", "cacheDataEncrypted")
    if not caching.is_unreadable and not caching.flag():
        raise NotApplicable("responses are not cached")
    if all_of(caching.flag, lambda: not encrypted.flag()):
        yield encrypted.fail("Cached responses are not encrypted")
