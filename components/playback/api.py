"""A region's playback API: HTTP API, authorisers, routes, access log, and its name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.compute.function import LambdaFunction
from components.playback.access_log import FORMAT
from components.refs import IssuerRef, Placement, PlaybackRef, ZoneRef

Authoriser = Literal["viewer", "session"]
"""`viewer`: the JWT of a sign-in. `session`: the licence token of a session."""
PREFLIGHT_SECONDS: Final = 3600
_BEARER: Final = "$request.header.Authorization"


@dataclass(frozen=True, kw_only=True)
class Route:
    """What answers a path."""

    key: str
    """Method and path, as `POST /playback`."""
    authoriser: Authoriser
    function: LambdaFunction


@dataclass(frozen=True, kw_only=True)
class HttpApiArgs:
    """Arguments of `HttpApi`."""

    placement: Placement
    zone: ZoneRef
    domain_name: str
    certificate_arn: Input[str]
    issuer: IssuerRef
    authorise: LambdaFunction
    """Checks licence tokens."""
    routes: Sequence[Route]
    player_origins: Sequence[str]
    requests_per_second: int


class HttpApi(ComponentResource):
    """An HTTP API under the name that all regions share; its own address is off. Routes without an authoriser there are none."""

    ref: PlaybackRef

    def __init__(self, name: str, args: HttpApiArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:playback:HttpApi", name, {}, opts)
        child, place = ResourceOptions(parent=self), args.placement
        api = aws.apigatewayv2.Api(
            name,
            name=place.names.api(),
            protocol_type="HTTP",
            description="Playback authorisation",
            disable_execute_api_endpoint=True,
            cors_configuration={
                "allow_origins": list(args.player_origins),
                "allow_methods": ["DELETE", "GET", "OPTIONS", "POST"],
                "allow_headers": ["authorization", "content-type", "idempotency-key"],
                "allow_credentials": True,  # the answer sets cookies
                "max_age": PREFLIGHT_SECONDS,
            },
            opts=child,
        )
        authorisers = {"viewer": self._viewer(name, api, args.issuer), "session": self._session(name, api, args)}
        integrations = self._integrations(name, api, args.routes)
        for route in args.routes:
            aws.apigatewayv2.Route(
                f"{name}-{_logical(route.key)}",
                api_id=api.id,
                route_key=route.key,
                authorization_type="JWT" if route.authoriser == "viewer" else "CUSTOM",
                authorizer_id=authorisers[route.authoriser],
                target=integrations[route.function.function_name].apply(lambda one: f"integrations/{one}"),
                opts=child,
            )
        stage = self._stage(name, api, args)
        target = self._domain(name, api, stage, args)
        self.ref = PlaybackRef(
            region=place.region,
            origin_domain=args.domain_name,
            target_domain=target.apply(lambda found: _field(found, "target_domain_name")),
            target_zone_id=target.apply(lambda found: _field(found, "hosted_zone_id")),
            api_id=api.id,
        )
        self.register_outputs({"api_id": api.id})

    def _viewer(self, name: str, api: aws.apigatewayv2.Api, issuer: IssuerRef) -> Output[str]:
        return aws.apigatewayv2.Authorizer(
            f"{name}-viewer",
            name="viewer",
            api_id=api.id,
            authorizer_type="JWT",
            identity_sources=[_BEARER],
            jwt_configuration={"issuer": issuer.issuer, "audiences": list(issuer.audience)},
            opts=ResourceOptions(parent=self),
        ).id

    def _session(self, name: str, api: aws.apigatewayv2.Api, args: HttpApiArgs) -> Output[str]:
        child = ResourceOptions(parent=self)
        authoriser = aws.apigatewayv2.Authorizer(
            f"{name}-session",
            name="session",
            api_id=api.id,
            authorizer_type="REQUEST",
            identity_sources=[_BEARER],
            authorizer_uri=_invoke_arn(args.placement.region, args.authorise.ready),
            authorizer_payload_format_version="2.0",
            enable_simple_responses=True,
            authorizer_result_ttl_in_seconds=0,  # a kept answer would outlive a revocation
            opts=child,
        )
        args.authorise.let_in(
            f"{name}-session", "apigateway", source_arn=Output.concat(api.execution_arn, "/authorizers/", authoriser.id), opts=child
        )
        return authoriser.id

    def _integrations(self, name: str, api: aws.apigatewayv2.Api, routes: Sequence[Route]) -> Mapping[str, Output[str]]:
        """Function's name → id of its one integration."""
        child = ResourceOptions(parent=self)
        found: dict[str, Output[str]] = {}
        for route in routes:
            function = route.function
            if function.function_name in found:
                continue
            workload = _logical(route.key)
            found[function.function_name] = aws.apigatewayv2.Integration(
                f"{name}-{workload}",
                api_id=api.id,
                integration_type="AWS_PROXY",
                integration_uri=function.ready,
                integration_method="POST",
                payload_format_version="2.0",
                timeout_milliseconds=10_000,
                opts=child,
            ).id
            function.let_in(f"{name}-{workload}", "apigateway", source_arn=Output.concat(api.execution_arn, "/$default/*/*"), opts=child)
        return found

    def _stage(self, name: str, api: aws.apigatewayv2.Api, args: HttpApiArgs) -> aws.apigatewayv2.Stage:
        place = args.placement
        logs = aws.cloudwatch.LogGroup(
            name,
            name=place.names.log_group("api"),
            kms_key_id=place.keys.logs,
            retention_in_days=place.log_retention_days,
            opts=ResourceOptions(parent=self),
        )
        return aws.apigatewayv2.Stage(
            name,
            api_id=api.id,
            name="$default",
            auto_deploy=True,
            access_log_settings={"destination_arn": logs.arn, "format": FORMAT},
            default_route_settings={
                "throttling_rate_limit": args.requests_per_second,
                "throttling_burst_limit": args.requests_per_second * 2,
                "detailed_metrics_enabled": True,
            },
            opts=ResourceOptions(parent=self),
        )

    def _domain(
        self, name: str, api: aws.apigatewayv2.Api, stage: aws.apigatewayv2.Stage, args: HttpApiArgs
    ) -> Output[aws.apigatewayv2.outputs.DomainNameDomainNameConfiguration]:
        child = ResourceOptions(parent=self)
        domain = aws.apigatewayv2.DomainName(
            name,
            domain_name=args.domain_name,
            domain_name_configuration={
                "certificate_arn": args.certificate_arn,
                "endpoint_type": "REGIONAL",
                "security_policy": "TLS_1_2",
            },
            opts=child,
        )
        aws.apigatewayv2.ApiMapping(name, api_id=api.id, domain_name=domain.id, stage=stage.id, opts=child)
        return domain.domain_name_configuration


def _invoke_arn(region: str, function_arn: Output[str]) -> Output[str]:
    return function_arn.apply(lambda arn: f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations")


def _field(configuration: object, name: str) -> str:
    """A field that AWS fills in; a stand-in provider may leave it, or the whole, out."""
    found = configuration.get(name) if isinstance(configuration, Mapping) else getattr(configuration, name, None)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return str(found or "")


def _logical(key: str) -> str:
    """`DELETE /sessions/{session}` as `delete-sessions-session`."""
    return "-".join("".join(char if char.isalnum() else " " for char in key.lower()).split())
