"""Requests to an HTTP API by its own names, whatever account and region it is in: an unsigned request names neither.

A client that AWS's DNS leads to a region reaches the API behind `d-….execute-api.<region>.amazonaws.com`; here it asks for that name. A
custom domain that one region alone has is found by itself. Beside that, three things are as on AWS and not as in MiniStack: functions
answer only if their policies let the API in, an API whose own address is off does not answer there, and the keys of a Cognito pool are
read without a connection (MiniStack's own port speaks plain HTTP, ours does not).
"""
# ruff: noqa: SLF001 MiniStack has no public way in

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from marquee.emulator.services.load_balancers import Visit
from marquee.emulator.services.service_calls import ServiceCall, ServiceCalls
from marquee.emulator.upstream import module

_OWN_NAME = re.compile(r"([a-z0-9]{8,10})\.execute-api\.[a-z0-9-]+\.amazonaws\.com")
_POOL = re.compile(r".*/([a-z0-9-]+_[A-Za-z0-9]+)/\.well-known/jwks\.json")
_ROUTE_KEY = 5  # among what MiniStack hands on after the stage: path, method, headers, body, query, route

Response = tuple[int, dict[str, str | list[str]], bytes]


@dataclass(frozen=True, slots=True)
class _Place:
    account: str
    region: str
    api: str
    own_name: bool
    """Whether the API was asked for by its own address and not by a custom domain."""


class HttpApis:
    """Answers visits, and holds API Gateway to what functions allow."""

    def __init__(self, service_calls: ServiceCalls):
        self._calls = service_calls

    def install(self) -> None:
        """Take the place of MiniStack's own functions. Once."""
        apis = module("ministack.services.apigateway")
        invoke, authorise, fetch = apis._invoke_lambda_proxy, apis._invoke_request_authorizer_lambda, apis._fetch_jwks

        async def invoke_lambda_proxy(integration: Mapping[str, Any], api: str, stage: str, *rest: Any, **named: Any) -> Any:
            function = apis._extract_lambda_ref_from_integration_uri(integration.get("integrationUri", ""))
            method, _, path = str(rest[_ROUTE_KEY]).partition(" ")
            if not self._allowed(function, named["owner_account_id"], named["owner_region"], f"{api}/{stage}/{method}{path}"):
                return 500, {"Content-Type": "application/json"}, b'{"message":"Internal Server Error"}'
            return await invoke(integration, api, stage, *rest, **named)

        async def invoke_authoriser(authoriser: Mapping[str, Any], event: Mapping[str, Any], account: str, region: str) -> Any:
            function = apis._extract_lambda_ref_from_integration_uri(authoriser.get("authorizerUri", ""))
            source = f"{event['requestContext']['apiId']}/authorizers/{authoriser['authorizerId']}"
            return await authorise(authoriser, event, account, region) if self._allowed(function, account, region, source) else None

        async def fetch_jwks(url: str) -> Any:
            pool = _POOL.fullmatch(url)
            return await fetch(url) if pool is None else json.loads(module("ministack.services.cognito").well_known_jwks(pool[1])[2])

        apis._invoke_lambda_proxy, apis._invoke_request_authorizer_lambda, apis._fetch_jwks = (
            invoke_lambda_proxy,
            invoke_authoriser,
            fetch_jwks,
        )

    def _allowed(self, function: str, account: str, region: str, source: str) -> bool:
        """Source: API Gateway Developer Guide, "Invoke a Lambda function in an HTTP API": the function's policy lets the API in."""
        call = ServiceCall(
            principal="apigateway.amazonaws.com",
            action="lambda:InvokeFunction",
            resource=function,
            source_arn=f"arn:aws:execute-api:{region}:{account}:{source}",
            account=account,
            region=region,
        )
        return self._calls.allowed(call)


def owns(host: str) -> bool:
    """Whether `host` is the name of an HTTP API or of what stands before it."""
    return _find(host) is not None


async def answer(visit: Visit) -> Response:
    """Status, headers and body from the API's stage `$default`."""
    place = _find(visit.host)
    if place is None:
        raise KeyError(visit.host)
    apis = module("ministack.services.apigateway")
    scope = module("ministack.core.responses")
    scope.set_request_account_id(place.account)
    scope.set_request_region(place.region)
    if place.own_name and apis._apis[place.api].get("disableExecuteApiEndpoint"):
        return 404, {"content-type": "application/json"}, b'{"message":"Not Found"}'
    query = parse_qs(visit.query, keep_blank_values=True)
    return await apis.handle_execute(
        place.api, "$default", visit.path, visit.method, dict(visit.headers), visit.body, query, raw_query_string=visit.query
    )


def _find(host: str) -> _Place | None:
    name = host.partition(":")[0].lower()
    if "." not in name:
        return None
    own = _OWN_NAME.fullmatch(name)
    if own:
        for (account, region, api), _ in module("ministack.services.apigateway")._apis.all_items():
            if api == own[1]:
                return _Place(account, region, api, own_name=True)
    return _behind(name)


def _behind(name: str) -> _Place | None:
    """The API that a custom domain's mapping leads to."""
    rest, apis = module("ministack.services.apigateway_v1"), module("ministack.services.apigateway")._apis
    known = {key for key, _ in apis.all_items()}
    for (account, region, stored), record in rest._domain_names.all_items():
        if name not in (record["domainName"], record["regionalDomainName"]):
            continue
        for mapping in rest._base_path_mappings.get_scoped(account, region, stored, {}).values():
            if (account, region, mapping["restApiId"]) in known:
                return _Place(account, region, mapping["restApiId"], own_name=False)
    return None
