"""The key that playback's cookies are signed with: a secret, the group that trusts it, and the function that rotates both."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.compute.function import CRYPTOGRAPHY, LambdaFunction, LambdaFunctionArgs
from components.identity.statement import allow
from components.refs import Placement, QueueRef, SecretRef
from components.storage.secret import replicated_secret, rotate_secret

_SETTLE_SECONDS = 900
"""CloudFront says that a change reaches its locations within minutes; three times the five that it usually takes."""
_OWN_KEYS = allow(
    "cloudfront:CreateKeyGroup", "cloudfront:CreatePublicKey", "cloudfront:DeleteKeyGroup", "cloudfront:DeletePublicKey",
    "cloudfront:GetKeyGroup", "cloudfront:GetPublicKey", "cloudfront:ListKeyGroups", "cloudfront:ListPublicKeys",
    "cloudfront:UpdateKeyGroup",
    on="*",
    reason="CloudFront's actions on public keys and key groups support no resource; source: Service Authorization",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class SigningKeysArgs:
    """Arguments of `SigningKeys`."""

    placement: Placement
    """Of the primary region, where the secret is written; the others have replicas."""
    replicas: Mapping[str, Input[str]]
    """Other region → key of secrets there."""
    rotation_days: int
    dead_letters: QueueRef


class SigningKeys(ComponentResource):
    """No private key is ever in Pulumi's state: the function makes them, and the deployment only learns the key group's id.

    `docs/adr/0006-signing-keys-are-made-by-their-rotation.md` says why the group is no typed resource.
    """

    ref: SecretRef
    key_group_id: Output[str]

    def __init__(self, name: str, args: SigningKeysArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:edge:SigningKeys", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        secret_name = place.names.secret("cookie-keys")
        secret = replicated_secret(
            name,
            "cookie-keys",
            "Private keys of the cookies of playback: the current one and the one before",
            placement=place,
            replicas=args.replicas,
            opts=child,
        )
        function = LambdaFunction(
            name,
            LambdaFunctionArgs(
                placement=place,
                workload="signing-key",
                handler="runtime.signing.handler.handler",
                packages=CRYPTOGRAPHY,
                compiled=True,
                statements=[_OWN_KEYS, *rotate_secret(place, "cookie-keys")],
                dead_letters=args.dead_letters,
                environment={"KEY_GROUP_NAME": secret_name, "SETTLE_SECONDS": str(_SETTLE_SECONDS)},
                timeout_seconds=90,
                memory_mb=512,  # an RSA key takes seconds on less
            ),
            opts=child,
        )
        permission = function.let_in(name, "secretsmanager", source_arn=secret.arn, opts=child)
        # Deterministic, since a preview shows it: the id of the secret's first version.
        reference = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{place.account}/{secret_name}"))
        begun = aws.lambda_.Invocation(
            name,
            function_name=function.ready,
            lifecycle_scope="CRUD",  # a destroy asks the function to remove the group and its public keys
            input=Output.json_dumps({"secretId": secret.arn, "reference": reference}),
            opts=child,
        )
        aws.secretsmanager.SecretRotation(
            name,
            secret_id=secret.id,
            rotation_lambda_arn=function.ready,
            rotate_immediately=False,  # the first key is a minute old
            rotation_rules={"automatically_after_days": args.rotation_days},
            opts=ResourceOptions(parent=self, depends_on=[permission, begun]),
        )
        self.key_group_id = begun.result.apply(_key_group_of)
        self.ref = SecretRef(name=secret_name, ready=Output.all(secret.arn, begun.id).apply(lambda values: values[0]))
        self.register_outputs({"key_group_id": self.key_group_id})


def _key_group_of(result: str | None) -> str:
    """The id in the function's answer. Stand-in providers answer other text, which then is the id."""
    try:
        answer = json.loads(result or "")
        return str(answer["keyGroupId"])
    except (ValueError, TypeError, LookupError):
        return str(result)
