"""E21: Glue's security configurations encrypt all three kinds of data."""

from guard.control import Severity, resource_control
from guard.node import Findings, Node, all_of, check_each
from guard.resource import Resource


@resource_control(
    id="E21",
    title="Glue security configurations encrypt everything",
    severity=Severity.MEDIUM,
    checkov=("CKV_AWS_99",),
    types=("aws:glue/securityConfiguration:SecurityConfiguration",),
    why="Jobs write to S3, to their logs and to their bookmarks; one left out is data in clear.",
    fix="set cloudwatchEncryption to SSE-KMS and jobBookmarksEncryption to CSE-KMS, both with a key, and s3Encryption to SSE-KMS.",
)
def glue_encrypts_everything(configuration: Resource) -> Findings:
    """One finding for each kind."""
    settings = configuration.at("encryptionConfiguration")
    yield from check_each([settings.at("cloudwatchEncryption")], lambda node: _with_a_key(node, "cloudwatchEncryptionMode", "SSE-KMS"))
    yield from check_each([settings.at("jobBookmarksEncryption")], lambda node: _with_a_key(node, "jobBookmarksEncryptionMode", "CSE-KMS"))
    yield from check_each([settings.at("s3Encryption", "s3EncryptionMode")], _not_disabled)


def _with_a_key(setting: Node, mode: str, wanted: str) -> Findings:
    if not all_of(lambda: setting.at(mode).text() == wanted, setting.at("kmsKeyArn").present):
        yield setting.fail(f"The mode is not {wanted} with a key")


def _not_disabled(mode: Node) -> Findings:
    if mode.text() in ("", "DISABLED"):
        yield mode.fail("Objects are not encrypted")
