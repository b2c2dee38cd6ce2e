"""Least privilege as a value: who owns a resource returns statements, a role renders them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pulumi import Input, Output

from components.json_text import json_text

Conditions = Mapping[str, Mapping[str, Any]]
"""Operator → key → value, as in a policy document."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One `Allow` of an identity policy.

    Raises ValueError for a wildcard action, for the resource `*`, and for all resources of a service (`arn:aws:s3:::*`) without a
    `reason`: AWS has actions that support no resource, and a reader should learn which this is.
    """

    actions: tuple[str, ...]
    resources: tuple[Input[str], ...]
    conditions: Conditions = field(default_factory=dict[str, Mapping[str, Any]])
    reason: str = ""

    def __post_init__(self) -> None:
        wild = [action for action in self.actions if {"*", "?"} & set(action)] + [r for r in self.resources if _is_everything(r)]
        if wild and not self.reason:
            raise ValueError(f"{', '.join(map(str, wild))} in a statement of {', '.join(self.actions)}: name exact ones, or give a reason")
        if not self.actions or not self.resources:
            raise ValueError("a statement needs at least one action and one resource")

    @property
    def known(self) -> bool:
        """True if the statement can be rendered before anything is deployed."""
        return all(isinstance(resource, str) for resource in self.resources)

    def render(self) -> dict[str, Any]:
        """The statement as a policy document has it."""
        rendered: dict[str, Any] = {"Effect": "Allow", "Action": list(self.actions), "Resource": list(self.resources)}
        return {**rendered, "Condition": self.conditions} if self.conditions else rendered


def allow(*actions: str, on: Input[str] | Sequence[Input[str]], when: Conditions | None = None, reason: str = "") -> Statement:
    """`allow("s3:GetObject", on=arn)` reads as the sentence that it is."""
    resources = (on,) if isinstance(on, str | Output) else tuple(on)  # pyright: ignore[reportArgumentType]
    return Statement(actions=actions, resources=resources, conditions=when or {}, reason=reason)  # pyright: ignore[reportArgumentType]


def through(service: str, region: str) -> Conditions:
    """A key is used by that service of this region alone."""
    return {"StringEquals": {"kms:ViaService": f"{service}.{region}.amazonaws.com"}}


def through_bucket(bucket_arn: str, region: str) -> Conditions:
    """A key is used by S3 for that bucket alone. The context is the bucket where it has a bucket key, as ours have; else the object.

    Source: Amazon S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys".
    """
    return {**through("s3", region), "ArnEquals": {"kms:EncryptionContext:aws:s3:arn": bucket_arn}}


def identity_policy(statements: Iterable[Statement]) -> Input[str]:
    """A policy document. A plain string if every value is known, so that a preview judges it."""
    return document(*(statement.render() for statement in statements))


def document(*statements: Mapping[str, Any]) -> Input[str]:
    """A policy document of any kind from statements as AWS writes them."""
    return json_text({"Version": "2012-10-17", "Statement": list(statements)})


def assume_role_policy(service: str, *, account: str | None = None, source_arn: str | None = None) -> str:
    """Trust for one AWS service, closed to its other customers (the confused deputy) by source account and ARN.

    `account`: None for the few services that send none, and could not assume the role; policy I2.2 knows them.
    """
    condition: dict[str, Any] = {} if account is None else {"StringEquals": {"aws:SourceAccount": account}}
    if source_arn is not None:
        condition["ArnLike"] = {"aws:SourceArn": source_arn}
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**trust, "Condition": condition} if condition else trust]})


def deny_insecure_transport(*resources: Input[str], action: str) -> dict[str, Any]:
    """The statement that refuses any caller without TLS."""
    return {
        "Sid": "DenyInsecureTransport",
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": list(resources),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _is_everything(resource: Input[str]) -> bool:
    """True for `*` and for an ARN whose own part, the sixth, is `*`."""
    return isinstance(resource, str) and resource.split(":", 5)[-1] == "*"
