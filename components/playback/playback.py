"""A region's playback authorisation: the functions behind its API, and what they may touch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.compute.function import CRYPTOGRAPHY, LambdaFunction, LambdaFunctionArgs
from components.identity.statement import Statement, allow, through
from components.playback import code
from components.playback.api import HttpApi, HttpApiArgs, Route
from components.refs import IssuerRef, Placement, PlaybackRef, QueueRef, SecretRef, TableRef, ZoneRef
from components.storage.secret import read_secrets
from components.storage.table import use_table
from marquee.settings.playback import Playback as PlaybackSettings

_STREAM_HOURS = 24
"""How long players' events wait for whoever reads the stream."""


@dataclass(frozen=True, kw_only=True)
class PlaybackArgs:
    """Arguments of `Playback`."""

    placement: Placement
    playback: PlaybackSettings
    player_origins: Sequence[str]
    zone: ZoneRef
    domain_name: str
    """The API's, shared by all regions."""
    certificate_arn: Input[str]
    issuer: IssuerRef
    catalogue: TableRef
    entitlements: TableRef
    token_keys: SecretRef
    cookie_keys: SecretRef
    store_arn: Input[str]
    """The edge's key-value store."""
    live_channels: Sequence[str]
    licence: Sequence[Route] = ()
    """Routes of the licence endpoint, if there is one."""
    dead_letters: QueueRef


class Playback(ComponentResource):
    """Signs what viewers play with. The pool of viewers, the keys and the store belong to others."""

    CALLS: ClassVar[frozenset[str]] = frozenset({"dynamodb", "kinesis", "secretsmanager"})
    """AWS services that its code calls, by IAM prefix; the key-value store's API has no private endpoint."""

    ref: PlaybackRef
    revoke: LambdaFunction
    """Ends sessions, and what was signed for a user, a device or a title."""

    def __init__(self, name: str, args: PlaybackArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:playback:Playback", name, {}, opts)
        playback = self._function(name, "playback", args, _granting(args), _granting_variables(args))
        authorise = self._function(name, "authorise", args, _authorising(args), _granting_variables(args))
        self.revoke = self._function(name, "revoke", args, _revoking(args), _revoking_variables(args))
        beacon = self._beacon(name, args)
        routes = (
            Route(key="POST /playback", authoriser="viewer", function=playback),
            Route(key="POST /playback/refresh", authoriser="viewer", function=playback),
            Route(key="DELETE /sessions/{session}", authoriser="session", function=self.revoke),
            Route(key="POST /beacon", authoriser="session", function=beacon),
            *args.licence,
        )
        self.ref = HttpApi(
            f"{name}-api",
            HttpApiArgs(
                placement=args.placement,
                zone=args.zone,
                domain_name=args.domain_name,
                certificate_arn=args.certificate_arn,
                issuer=args.issuer,
                authorise=authorise,
                routes=routes,
                player_origins=args.player_origins,
                requests_per_second=args.playback.requests_per_second,
            ),
            opts=ResourceOptions(parent=self),
        ).ref
        self.register_outputs({"api_id": self.ref.api_id})

    def _function(
        self, name: str, workload: code.Workload, args: PlaybackArgs, statements: Sequence[Statement], variables: Mapping[str, Input[str]]
    ) -> LambdaFunction:
        module = {"playback": "handler", "authorise": "authoriser"}.get(workload, workload)
        return LambdaFunction(
            f"{name}-{workload}",
            LambdaFunctionArgs(
                placement=args.placement,
                workload=workload,
                handler=f"runtime.playback.{module}.handler",
                packages=CRYPTOGRAPHY,
                compiled=True,
                statements=statements,
                dead_letters=args.dead_letters,
                environment=variables,
                memory_mb=1024 if workload == "playback" else 512,  # signing is CPU, which comes with memory
                timeout_seconds=10,
            ),
            opts=ResourceOptions(parent=self),
        )

    def _beacon(self, name: str, args: PlaybackArgs) -> LambdaFunction:
        place = args.placement
        stream = aws.kinesis.Stream(
            f"{name}-events",
            name=place.names.stream("playback-events"),
            stream_mode_details={"stream_mode": "ON_DEMAND"},
            retention_period=_STREAM_HOURS,
            encryption_type="KMS",
            kms_key_id=place.keys.data,
            opts=ResourceOptions(parent=self),
        )
        arn = f"arn:aws:kinesis:{place.region}:{place.account}:stream/{place.names.stream('playback-events')}"
        statements = [
            allow("kinesis:PutRecords", on=arn),
            allow("kms:GenerateDataKey", on=place.keys.data, when=through("kinesis", place.region)),
        ]
        return self._function(name, "beacon", args, statements, {"STREAM": stream.name})


def _granting(args: PlaybackArgs) -> list[Statement]:
    region = args.placement.region
    return [
        *use_table(args.entitlements, "dynamodb:BatchGetItem", "dynamodb:PutItem", region=region),
        *use_table(args.catalogue, "dynamodb:BatchGetItem", region=region),
        *read_secrets(args.placement, "token-keys", "cookie-keys"),
    ]


def _authorising(args: PlaybackArgs) -> list[Statement]:
    return [
        *use_table(args.entitlements, "dynamodb:BatchGetItem", region=args.placement.region),
        *read_secrets(args.placement, "token-keys"),
    ]


def _revoking(args: PlaybackArgs) -> list[Statement]:
    return [
        *use_table(args.entitlements, "dynamodb:PutItem", region=args.placement.region),
        *code.write_store(args.store_arn),
    ]


def _granting_variables(args: PlaybackArgs) -> dict[str, Input[str]]:
    return {
        "DOMAIN": args.zone.domain,
        "CATALOGUE": args.catalogue.name,
        "ENTITLEMENTS": args.entitlements.name,
        "TOKEN_KEYS": args.token_keys.name,
        "COOKIE_KEYS": args.cookie_keys.name,
        **_lives(args),
        "BIND_ADDRESS": str(args.playback.bind_address).lower(),
        "SAME_SITE": same_site(args.player_origins, args.zone.domain),
        "LIVE_CHANNELS": ",".join(args.live_channels),
    }


def _revoking_variables(args: PlaybackArgs) -> dict[str, Input[str]]:
    return {"ENTITLEMENTS": args.entitlements.name, "STORE_ARN": args.store_arn, **_lives(args)}


def _lives(args: PlaybackArgs) -> dict[str, Input[str]]:
    return {"TOKEN_SECONDS": str(args.playback.token_minutes * 60), "SESSION_SECONDS": str(args.playback.session_hours * 3600)}


def same_site(origins: Sequence[str], domain: str) -> str:
    """Pages below the platform's domain are of one site with media; browsers send other pages' cookies only if told so."""
    hosts = [origin.removeprefix("https://").partition(":")[0] for origin in origins]
    return "Lax" if all(host == domain or host.endswith(f".{domain}") for host in hosts) else "None"
