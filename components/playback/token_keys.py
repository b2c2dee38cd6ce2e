"""The keys that tokens are signed with: a secret, its rotation, and the upkeep of the edge's store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.compute.function import CRYPTOGRAPHY, LambdaFunction, LambdaFunctionArgs
from components.identity.statement import Statement, allow
from components.playback import code
from components.refs import Placement, QueueRef, SecretRef
from components.storage.secret import replicated_secret, rotate_secret

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
        secret = replicated_secret(  # its loss ends sessions, and no more
            name,
            "token-keys",
            "Keys of playback tokens: the current one and the one before",
            placement=place,
            replicas=args.replicas,
            opts=ResourceOptions(parent=self),
        )
        may_rotate = [*code.write_store(args.store_arn), *rotate_secret(place, "token-keys")]
        rotate = self._function(f"{name}-rotate", "rotate", args, may_rotate)
        self._prune(f"{name}-prune", args, rotate)
        permission = rotate.let_in(name, "secretsmanager", source_arn=secret.arn, opts=ResourceOptions(parent=self))
        rotation = aws.secretsmanager.SecretRotation(
            name,
            secret_id=secret.id,
            rotation_lambda_arn=rotate.ready,
            rotate_immediately=True,
            rotation_rules={"automatically_after_days": args.rotation_days},
            opts=ResourceOptions(parent=self, depends_on=[permission]),
        )
        self.ref = SecretRef(
            name=place.names.secret("token-keys"), ready=Output.all(secret.arn, rotation.id).apply(lambda values: values[0])
        )
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
                packages=CRYPTOGRAPHY,
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
        prune.let_in(name, "events", source_arn=rule.arn, opts=child)
        aws.cloudwatch.EventTarget(name, rule=rule.name, target_id="prune", arn=prune.ready, opts=child)
