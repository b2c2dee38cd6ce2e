"""I3.3: nobody is given AWS's policies for whole services."""

import re
from typing import Final

from guard.attachments import ATTACHMENT_TYPES, managed_policies
from guard.control import Severity, resource_control
from guard.node import Findings, Node, check_each
from guard.resource import Resource

_BROAD: Final = re.compile(r"arn:[^:]+:iam::aws:policy/(.*/)?(PowerUserAccess|SystemAdministrator|\w+FullAccess(_v\d+|V\d+)?)")


@resource_control(
    id="I3.3",
    title="AWS's policies for whole services are attached to nobody",
    severity=Severity.MEDIUM,
    types=ATTACHMENT_TYPES,
    why="A …FullAccess policy covers every resource of the account, and AWS adds to it without asking.",
    fix="attach a policy that names the actions and the resources that the identity needs.",
)
def no_broad_managed_policies(holder: Resource) -> Findings:
    """PowerUserAccess, SystemAdministrator and every policy called FullAccess; AdministratorAccess is I3, IAM's own I3.2."""
    return check_each(managed_policies(holder), _check_policy)


def _check_policy(policy: Node) -> Findings:
    found = _BROAD.fullmatch(policy.text())
    if found and found[2] != "IAMFullAccess":
        yield policy.fail("AWS's policy for a whole service is attached")
