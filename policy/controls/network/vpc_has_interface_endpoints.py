"""N7.2: a VPC that reaches AWS privately does so for all that every workload calls."""

from guard.control import Env, Severity, stack_control
from guard.endpoints import VPC, endpoints, is_interface, service
from guard.node import Findings, NotApplicable, some
from guard.params import strings
from guard.resource import Resource, Stack

_BASE = ("ecr.api", "ecr.dkr", "kms", "logs", "monitoring", "secretsmanager", "ssm", "ssmmessages", "sts")
"""Credentials, keys, secrets, images, logs, metrics and the operator's shell."""


@stack_control(
    id="N7.2",
    title="Private VPCs have the base set of interface endpoints",
    severity=Severity.MEDIUM,
    fsbp=("EC2.10",),
    types=(VPC,),
    params=(
        strings("services", "Services that each private VPC must have an interface endpoint for.", *_BASE),
        strings("profiles", "Values of the stack file's `profile` under which every VPC is private.", "mature"),
    ),
    why="The one service that was forgotten leaves through NAT, or, where there is none, not at all: a region that survives cannot start.",
    fix="add a VpcEndpoint of type Interface for the service.",
)
def vpc_has_interface_endpoints(vpc: Resource, stack: Stack, *, env: Env) -> Findings:
    """Asked of a mature stack and of any VPC that has one interface endpoint; a starter may pay for NAT alone."""
    present = endpoints(vpc, stack)
    if env.settings.get("profile") not in env.texts("profiles") and not some(present, is_interface):
        raise NotApplicable("the VPC reaches AWS through NAT")
    for wanted in env.texts("services"):
        if not some(present, lambda endpoint, wanted=wanted: service(endpoint) == wanted and is_interface(endpoint)):
            yield vpc.fail(f"No interface endpoint for {wanted}")
