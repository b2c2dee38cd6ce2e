"""Statements: least privilege as a value, rendered as a policy document has it."""

import json
from typing import Any

import pulumi
import pytest

from components.identity.statement import allow, assume_role_policy, deny_insecure_transport, document, identity_policy

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1"


def rendered(policy: Any) -> list[dict[str, Any]]:
    """Statements of a document that is known as it stands; an output fails here."""
    parsed = json.loads(policy)
    assert parsed["Version"] == "2012-10-17"
    return parsed["Statement"]


@pytest.mark.parametrize("action", ["*", "s3:*", "s3:Get*", "s3:GetObjec?"])
def test_a_wildcard_action_needs_a_reason(action: str) -> None:
    with pytest.raises(ValueError, match="name exact ones, or give a reason"):
        allow(action, on="arn:aws:s3:::films/*")
    assert allow(action, on="arn:aws:s3:::films/*", reason="a fence, not a grant").actions == (action,)


@pytest.mark.parametrize("resource", ["*", "arn:aws:s3:::*", "arn:aws:dynamodb:eu-west-1:111122223333:*"])
def test_all_resources_need_a_reason(resource: str) -> None:
    with pytest.raises(ValueError, match="name exact ones, or give a reason"):
        allow("s3:GetObject", on=[KEY, resource])
    assert allow("xray:PutTraceSegments", on=resource, reason="supports no resource").render()["Resource"] == [resource]


@pytest.mark.parametrize("resource", ["arn:aws:s3:::films/masters/*", "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/x:*", KEY])
def test_a_part_of_a_named_resource_needs_none(resource: str) -> None:
    assert allow("s3:GetObject", on=resource).render() == {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": [resource]}


def test_the_error_names_what_is_wild() -> None:
    with pytest.raises(ValueError, match=r"^s3:\*, \* in a statement of s3:GetObject, s3:\*"):
        allow("s3:GetObject", "s3:*", on="*")


def test_a_statement_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one action and one resource"):
        allow(on=KEY)
    with pytest.raises(ValueError, match="at least one action and one resource"):
        allow("kms:Decrypt", on=[])


def test_conditions_are_rendered_as_given() -> None:
    when = {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
    assert rendered(identity_policy([allow("kms:Decrypt", on=KEY, when=when)])) == [
        {"Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": [KEY], "Condition": when}
    ]


def test_a_document_waits_only_for_what_is_not_known() -> None:
    waiting = allow("kms:Decrypt", on=pulumi.Output.from_input(KEY))
    assert (allow("kms:Decrypt", on=KEY).known, waiting.known) == (True, False)
    assert isinstance(identity_policy([allow("kms:Decrypt", on=KEY)]), str)
    assert isinstance(identity_policy([waiting]), pulumi.Output)
    assert isinstance(document({"Condition": {"ArnEquals": {"aws:SourceArn": [pulumi.Output.from_input(KEY)]}}}), pulumi.Output)


def test_trust_is_closed_to_the_services_other_customers() -> None:
    plain, exact = (
        rendered(assume_role_policy("lambda.amazonaws.com", account="111122223333", source_arn=source)) for source in (None, KEY)
    )
    assert plain == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}},
        }
    ]
    assert exact[0]["Condition"] == {"StringEquals": {"aws:SourceAccount": "111122223333"}, "ArnLike": {"aws:SourceArn": KEY}}


def test_plain_http_is_denied_to_everybody() -> None:
    assert deny_insecure_transport("arn:aws:s3:::films", "arn:aws:s3:::films/*", action="s3:*") == {
        "Sid": "DenyInsecureTransport",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": ["arn:aws:s3:::films", "arn:aws:s3:::films/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
