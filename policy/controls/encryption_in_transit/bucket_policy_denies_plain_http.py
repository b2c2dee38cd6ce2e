"""T7: every bucket policy denies requests without TLS."""

from guard.control import Severity, resource_control
from guard.iam import statements, texts
from guard.node import Findings, Node, some
from guard.resource import Resource
from guard.tokens import S3_POLICY
from guard.values import as_object


@resource_control(
    id="T7",
    title="Bucket policies deny requests without TLS",
    severity=Severity.MEDIUM,
    fsbp=("S3.5",),
    types=S3_POLICY,
    why="S3 answers plain HTTP unless the bucket's policy denies it, and then objects and tokens cross the network in clear.",
    fix='add a statement that denies s3:* to principal "*" on the bucket and its objects if aws:SecureTransport is "false".',
)
def bucket_policy_denies_plain_http(policy: Resource) -> Findings:
    """One statement has to cover everybody, every action, and the bucket as well as its objects."""
    if not some(statements(policy.at("policy")), _denies_plain_http):
        yield policy.at("policy").fail("No statement denies every request without TLS")


def _denies_plain_http(statement: Node) -> bool:
    return (
        statement.at("Effect").text().lower() == "deny"
        and _is_everybody(statement.at("Principal"))
        and bool({"*", "s3:*"} & {action.lower() for action in texts(statement, "Action")})
        and _covers_bucket_and_objects(texts(statement, "Resource"))
        and _without_tls(statement)
    )


def _is_everybody(principal: Node) -> bool:
    return principal.text() == "*" or "*" in [item.text() for item in principal.each("AWS")]


def _covers_bucket_and_objects(resources: list[str]) -> bool:
    return any(resource.endswith("*") for resource in resources) and any(not resource.endswith("/*") for resource in resources)


def _without_tls(statement: Node) -> bool:
    if len(as_object(statement.at("Condition").known()) or {}) != 1:
        return False  # a second condition narrows the denial
    for operator in ("Bool", "BoolIfExists"):
        for key in ("aws:SecureTransport", "aws:securetransport", "AWS:SecureTransport"):
            if any(str(value.known()).lower() == "false" for value in statement.each("Condition", operator, key)):
                return True
    return False
