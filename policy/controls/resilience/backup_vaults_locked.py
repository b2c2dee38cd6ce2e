"""R13.2: backup vaults are locked."""

from guard.control import Env, Severity, stack_control
from guard.node import Findings, some
from guard.places import require_kept_data
from guard.resource import Resource, Stack


@stack_control(
    id="R13.2",
    title="Backup vaults are locked",
    severity=Severity.MEDIUM,
    types=("aws:backup/vault:Vault",),
    why="Whoever encrypts the data for ransom deletes the backups first.",
    fix="attach a VaultLockConfiguration with minRetentionDays.",
)
def backup_vaults_locked(vault: Resource, stack: Stack, *, env: Env) -> Findings:
    """A stack whose data goes with it could not be destroyed."""
    require_kept_data(env)
    locks = stack.attached(vault, ("aws:backup/vaultLockConfiguration:VaultLockConfiguration",), "backupVaultName", identity="name")
    if not some((lock.at("minRetentionDays") for lock in locks), lambda days: (days.number() or 0) > 0):
        yield vault.fail("Backups in the vault can be deleted")
