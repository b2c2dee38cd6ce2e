"""Secrets whose values the program never sees: a function makes them, and every region has a replica."""

from collections.abc import Mapping

import pulumi_aws as aws
from pulumi import Input, ResourceOptions

from components.identity.statement import Statement, allow, through
from components.refs import Placement
from marquee.domain.names import Secret

_RECOVERY_DAYS = 30  # in which a deleted secret can be had back


def replicated_secret(
    name: str, secret: Secret, description: str, *, placement: Placement, replicas: Mapping[str, Input[str]], opts: ResourceOptions
) -> aws.secretsmanager.Secret:
    """An empty secret in the placement's region, under one name in all. `replicas`: other region → key of secrets there."""
    return aws.secretsmanager.Secret(
        name,
        name=placement.names.secret(secret),
        description=description,
        kms_key_id=placement.keys.secrets,
        replicas=[{"region": region, "kms_key_id": key} for region, key in replicas.items()],
        recovery_window_in_days=_RECOVERY_DAYS if placement.keep_data else 0,
        opts=opts,
    )


def read_secrets(place: Placement, *secrets: Secret) -> tuple[Statement, ...]:
    """Read secrets of the stack in this region, by name."""
    return (
        allow("secretsmanager:GetSecretValue", on=[_arns(place, secret) for secret in secrets]),
        allow("kms:Decrypt", on=place.keys.secrets, when=through("secretsmanager", place.region)),
    )


def rotate_secret(place: Placement, secret: Secret) -> tuple[Statement, ...]:
    """What the function of a rotation does with its secret, in all four steps."""
    actions = ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")
    return (
        allow(*(f"secretsmanager:{action}" for action in actions), on=_arns(place, secret)),
        allow("kms:Decrypt", "kms:GenerateDataKey", on=place.keys.secrets, when=through("secretsmanager", place.region)),
    )


def _arns(place: Placement, secret: Secret) -> str:
    """The secret's ARN, whatever six characters AWS appends to its name."""
    return f"arn:aws:secretsmanager:{place.region}:{place.account}:secret:{place.names.secret(secret)}-??????"
