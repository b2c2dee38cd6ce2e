"""E20: Athena's results are encrypted."""

from guard.control import Severity, resource_control
from guard.node import Findings, some
from guard.resource import Resource


@resource_control(
    id="E20",
    title="Athena workgroups encrypt their results",
    severity=Severity.MEDIUM,
    fsbp=("Athena.1",),
    checkov=("CKV_AWS_159",),
    types=("aws:athena/workgroup:Workgroup",),
    why="Results are copies of the data that was asked for.",
    fix="set configuration.resultConfiguration.encryptionConfiguration with encryptionOption SSE_KMS.",
)
def query_results_encrypted(group: Resource) -> Findings:
    """Results that Athena manages are always encrypted."""
    option = group.at("configuration", "resultConfiguration", "encryptionConfiguration", "encryptionOption")
    managed = group.at("configuration", "managedQueryResultsConfiguration", "enabled")
    if not some((option, managed), lambda setting: setting.flag() if setting is managed else setting.present()):
        yield option.fail("Results are not encrypted")
