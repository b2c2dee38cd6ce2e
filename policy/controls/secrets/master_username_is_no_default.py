"""S1.3: a database's master user has a name of its own."""

from guard.control import Severity, resource_control
from guard.node import Findings, NotApplicable
from guard.resource import Resource


@resource_control(
    id="S1.3",
    title="The master user's name is none that attackers try first",
    severity=Severity.LOW,
    fsbp=("RDS.24", "RDS.25"),
    types=("aws:rds/cluster:Cluster", "aws:rds/instance:Instance"),
    why="Half of a guess is a known name.",
    fix="set the master username to another name; it is fixed when the database is made.",
)
def master_username_is_no_default(database: Resource) -> Findings:
    """`admin` and `postgres` are what the console proposes."""
    name = database.at("masterUsername|username")
    if name.is_absent:
        raise NotApplicable("no master user is set")
    if name.text().lower() in ("admin", "postgres", "root"):
        yield name.fail("The master user has a default name")
