"""I20: no resource policy lets everybody in."""

from typing import Final

from guard.control import Severity, resource_control
from guard.documents import Kind, types_with
from guard.iam import check_statements, conditions, principals
from guard.node import Findings, Node, check_each
from guard.resource import Resource
from guard.tokens import S3_BUCKET, S3_POLICY

_WHO: Final = frozenset(
    {
        "aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths", "aws:sourceaccount", "aws:sourcearn",
        "aws:sourceorgid", "aws:sourceowner", "aws:sourcevpc", "aws:sourcevpce", "aws:userid", "aws:vpcesourceaccount", "kms:calleraccount",
        "lambda:functionurlauthtype", "s3:dataaccesspointaccount",
    }
)  # fmt: skip
"""Condition keys that say who calls."""
_OF_THEIR_OWN: Final = frozenset(
    {
        *S3_BUCKET, *S3_POLICY, "aws:ecr/repositoryPolicy:RepositoryPolicy", "aws:sns/topic:Topic", "aws:sns/topicPolicy:TopicPolicy",
        "aws:sqs/queue:Queue", "aws:sqs/queuePolicy:QueuePolicy",
    }
)  # fmt: skip
"""Types that have controls of their own for this, under public access (P6, P1)."""


@resource_control(
    id="I20",
    title="Resource policies name who may use the resource",
    severity=Severity.CRITICAL,
    types=tuple(type_ for type_ in types_with(Kind.RESOURCE) if type_ not in _OF_THEIR_OWN),
    why="A principal * without a condition on who calls is anybody in the world, signed in to AWS or not.",
    fix="name the principals, or add a condition on aws:PrincipalAccount, aws:PrincipalOrgID or aws:SourceArn.",
)
def resource_policy_names_its_principals(holder: Resource) -> Findings:
    """One finding for each `*` principal of a statement that no condition closes."""
    return check_statements(holder, _check_statement, Kind.RESOURCE)


def _check_statement(statement: Node, _kind: Kind) -> Findings:
    def check_principal(principal: Node) -> Findings:
        if principal.text() == "*" and not _WHO & conditions(statement).keys():
            yield principal.fail("Anybody is a principal of the resource")

    return check_each(principals(statement, "AWS"), check_principal)
