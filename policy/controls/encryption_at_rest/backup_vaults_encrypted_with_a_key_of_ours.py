"""E19: backup vaults are encrypted with a key of ours."""

from guard.control import Severity, resource_control
from guard.node import Findings
from guard.resource import Resource


@resource_control(
    id="E19",
    title="Backup vaults encrypt with a key of ours",
    severity=Severity.HIGH,
    fsbp=("Backup.1",),
    checkov=("CKV_AWS_166",),
    types=("aws:backup/vault:Vault",),
    why="Backups under AWS's own key cannot be copied to another account, and hold all the data.",
    fix="set kmsKeyArn to the ARN of a KMS key before the vault is created.",
)
def backup_vaults_encrypted_with_a_key_of_ours(vault: Resource) -> Findings:
    """An id, an alias or an ARN will do."""
    if not vault.at("kmsKeyArn").present():
        yield vault.at("kmsKeyArn").fail("The vault is not encrypted with a key of ours")
