"""S1.2: nobody knows a database's master password."""

from typing import Final

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource

_WAREHOUSE: Final = "aws:redshift/cluster:Cluster"


@resource_control(
    id="S1.2",
    title="AWS keeps and rotates the master password",
    severity=Severity.MEDIUM,
    types=("aws:rds/cluster:Cluster", "aws:rds/instance:Instance", _WAREHOUSE),
    why="A password that the program passes stands in the stack's state and never changes by itself.",
    fix="set manageMasterUserPassword (Redshift: manageMasterPassword) to true and drop the password; else pass it write-only.",
)
def master_password_is_managed(database: Resource) -> Findings:
    """Replicas, restored databases and secondary clusters have their source's master user, and set no password."""
    managed = database.at("manageMasterPassword" if database.type == _WAREHOUSE else "manageMasterUserPassword")
    if managed.flag() or database.at("masterPasswordWo|passwordWo").present():
        return
    password = database.at("masterPassword|password")
    if not password.present():
        if database.at("masterUsername|username").is_absent:
            raise NotApplicable("no master user is set: the database is a replica, a copy or a secondary cluster")
        yield managed.fail("AWS does not manage the master password")
    else:
        yield password.fail("The program passes the master password")
