"""The keys that tokens are signed with: a secret, its rotation, and the upkeep of the edge's store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.compute.function import LambdaFunction, LambdaFunctionArgs
from components.identity.statement import Statement, allow
from components.playback import code
from components.refs import Placement, QueueRef, SecretRef

_PRUNE = "rate(5 minutes)"
"""A full store is noticed within this time; a fifth of it is left by then."""


@dataclass(frozen=True, kw_only=True)
class TokenKeysArgs:
    """Arguments of `TokenKeys`."""

    placement: Placement
    """Of the primary region, where the secret is written; the others have replicas."""
    replicas: Mapping[str, Input[str]]
    """Other region → key of secrets there."""
    store_arn: Input[str]
    """The edge's key-value store."""
    rotation_days: int
    dead_letters: QueueRef


class TokenKeys(ComponentResource):
    """No key is ever in Pulumi's state: the first one is made by the first rotation, which Secrets Manager runs at once."""

    ref: SecretRef

    def __init__(self, name: str, args: TokenKeysArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:playback:TokenKeys", name, {}, opts)
        place = args.placement
        secret_name = place.names.secret("token-keys")
        secret = aws.secretsmanager.Secret(
            name,
            name=secret_name,
            description="Keys of playback tokens: the current one and the one before",
            kms_key_id=place.keys.secrets,
            replicas=[{"region": region, "kms_key_id": key} for region, key in args.replicas.items()],
            recovery_window_in_days=30 if place.keep_data else 0,
            opts=ResourceOptions(parent=self),  # a deleted secret can be had back for so many days, and its loss ends sessions only
        )
        rotate = self._function(f"{name}-rotate", "rotate", args, _rotating(place, args.store_arn))
        self._prune(f"{name}-prune", args, rotate)
        permission = aws.lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=rotate.ready,
            principal="secretsmanager.amazonaws.com",
            source_account=place.account,
            source_arn=secret.arn,
            opts=ResourceOptions(parent=self),
        )
        rotation = aws.secretsmanager.SecretRotation(
            name,
            secret_id=secret.id,
            rotation_lambda_arn=rotate.ready,
            rotate_immediately=True,
            rotation_rules={"automatically_after_days": args.rotation_days},
            opts=ResourceOptions(parent=self, depends_on=[permission]),
        )
        self.ref = SecretRef(name=secret_name, ready=Output.all(secret.arn, rotation.id).apply(lambda values: values[0]))
        self.register_outputs({})

    def _function(self, name: str, workload: code.Workload, args: TokenKeysArgs, statements: Sequence[Statement]) -> LambdaFunction:
        place = args.placement
        variables: dict[str, Input[str]] = {"STORE_ARN": args.store_arn, "TOKEN_KEYS": place.names.secret("token-keys")}
        if workload == "prune":
            variables["ROTATE_FUNCTION"] = place.names.function("rotate")
        return LambdaFunction(
            name,
            LambdaFunctionArgs(
                placement=place,
                workload=workload,
                handler=f"runtime.playback.{workload}.handler",
                packages=code.PACKAGES,
                compiled=True,
                statements=statements,
                dead_letters=args.dead_letters,
                environment=variables,
                memory_mb=512,
                timeout_seconds=120,  # a full store is a thousand pages
            ),
            opts=ResourceOptions(parent=self),
        )

    def _prune(self, name: str, args: TokenKeysArgs, rotate: LambdaFunction) -> None:
        child, place = ResourceOptions(parent=self), args.placement
        statements = [*code.write_store(args.store_arn), allow("lambda:InvokeFunction", on=rotate.arn)]
        prune = self._function(name, "prune", args, statements)
        rule_name = place.names.event_rule("prune")
        rule = aws.cloudwatch.EventRule(
            name, name=rule_name, description="Revocations that nobody needs any more", schedule_expression=_PRUNE, opts=child
        )
        aws.lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=prune.ready,
            principal="events.amazonaws.com",
            source_account=place.account,
            source_arn=rule.arn,
            opts=child,
        )
        aws.cloudwatch.EventTarget(name, rule=rule.name, target_id="prune", arn=prune.ready, opts=child)


def _rotating(place: Placement, store_arn: Input[str]) -> list[Statement]:
    secret = code.secret_pattern(place, "token-keys")
    return [
        *code.write_store(store_arn),
        allow(
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
            "secretsmanager:PutSecretValue",
            "secretsmanager:UpdateSecretVersionStage",
            on=secret,
        ),
        allow("kms:Decrypt", "kms:GenerateDataKey", on=place.keys.secrets, when=code.through("secretsmanager", place)),
    ]
