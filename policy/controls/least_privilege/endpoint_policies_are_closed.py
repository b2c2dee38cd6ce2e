"""I22: a VPC endpoint lets own principals or own resources through, not everything."""

from typing import Final

from guard.control import Severity, resource_control
from guard.documents import Kind, types_with
from guard.iam import check_statements, conditions, principals
from guard.node import Findings, Node, NotApplicable, check_each
from guard.resource import Resource

_OURS: Final = frozenset(
    {
        "aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:resourceaccount",
        "aws:resourceorgid", "aws:resourceorgpaths", "aws:userid", "s3:dataaccesspointaccount", "s3:resourceaccount",
    }
)  # fmt: skip


@resource_control(
    id="I22",
    title="VPC endpoints let through what is ours",
    severity=Severity.MEDIUM,
    types=types_with(Kind.ENDPOINT),
    why="Through an open endpoint data leaves for a stranger's bucket with a stranger's credentials, past every firewall.",
    fix="add a condition on aws:PrincipalAccount or aws:ResourceAccount to each statement, or name its resources.",
)
def endpoint_policies_are_closed(endpoint: Resource) -> Findings:
    """A gateway endpoint without a policy lets everything pass. Not every service behind an interface endpoint takes a policy."""
    policy = endpoint.at("policy")
    if policy.is_absent:
        if endpoint.at("vpcEndpointType").text("Gateway") != "Gateway":
            raise NotApplicable("not every service takes an endpoint policy")
        yield policy.fail("The gateway endpoint has no policy, so everything passes")
    yield from check_statements(endpoint, _check_statement, Kind.ENDPOINT)


def _check_statement(statement: Node, _kind: Kind) -> Findings:
    def check_resource(resource: Node) -> Findings:
        if resource.text() == "*" and _is_open(statement):
            yield resource.fail("Everybody may reach everything through the endpoint")

    return check_each(statement.each("Resource"), check_resource)


def _is_open(statement: Node) -> bool:
    return any(principal.text() == "*" for principal in principals(statement, "AWS")) and not _OURS & conditions(statement).keys()
