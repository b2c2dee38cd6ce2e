"""E25: symmetric keys rotate."""

from collections.abc import Iterator

from guard.control import Edit, Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource


def _rotate(key: Resource) -> Iterator[Edit]:
    _require_rotatable(key)
    yield Edit(("enableKeyRotation",), True)


@resource_control(
    id="E25",
    title="Symmetric KMS keys rotate",
    severity=Severity.MEDIUM,
    fsbp=("KMS.4",),
    cis=("3.6",),
    checkov=("CKV_AWS_7",),
    types=("aws:kms/key:Key",),
    why="Rotation bounds what one version of the key material has encrypted.",
    fix="set enableKeyRotation to true.",
    remediate=_rotate,
)
def keys_rotate(key: Resource) -> Findings:
    """KMS rotates neither asymmetric nor HMAC keys, nor those of a custom key store."""
    _require_rotatable(key)
    if not key.at("enableKeyRotation").flag():
        yield key.at("enableKeyRotation").fail("The key does not rotate")


def _require_rotatable(key: Resource) -> None:
    """The specification decides, even if it is not known yet while rotation is."""
    if key.at("customerMasterKeySpec").text("SYMMETRIC_DEFAULT") != "SYMMETRIC_DEFAULT":
        raise NotApplicable("KMS does not rotate asymmetric and HMAC keys")
    if not key.at("customKeyStoreId").is_absent:
        raise NotApplicable("KMS does not rotate keys of a custom key store")
