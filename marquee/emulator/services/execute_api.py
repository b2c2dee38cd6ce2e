"""Requests to an API of API Gateway by its own host name, `<id>.execute-api.<region>.amazonaws.com`, as a client of AWS signs them.

MiniStack knows such hosts below `localhost` only, looks for an unsigned request's API in its own account, and lets API Gateway invoke any
function, whatever that function's policy says.
"""
# ruff: noqa: SLF001 MiniStack has no public way in

import json
import re
from dataclasses import dataclass
from typing import Any

from marquee.emulator.services.service_calls import ServiceCall, ServiceCalls
from marquee.emulator.upstream import module

_HOST = re.compile(r"^([a-z0-9]{8,10})\.execute-api\.(?:localhost|[a-z0-9-]+\.amazonaws\.com)(?::\d+)?$")


@dataclass(frozen=True)
class ExecuteApi:
    """Changes to how MiniStack serves APIs."""

    service_calls: ServiceCalls

    def install(self) -> None:
        """Take the place of MiniStack's own functions. Once."""
        app, rest = module("ministack.app"), module("ministack.services.apigateway_v1")
        app._EXECUTE_API_RE = _HOST
        handle, invoke = app._handle_execute_api_request, rest._invoke_lambda_proxy_v1

        async def handle_execute_api_request(host: str, path: str, method: str, headers: dict[str, str], *more: Any, **named: Any) -> Any:
            if not headers.get("authorization", "").startswith("AWS4-"):
                _become_owner(host)
            return await handle(host, path, method, headers, *more, **named)

        async def invoke_lambda_proxy(integration: Any, api: str, stage: str, state: Any, resource: Any, *more: Any, **named: Any) -> Any:
            function = rest._extract_lambda_ref_from_integration_uri(integration.get("uri", ""))
            source = f"{api}/{stage}/{more[1]}{resource['path']}"  # `more` begins with the request's path and method
            if not self._may_invoke(function, source, named["owner_account_id"], named["owner_region"]):
                return 500, {"Content-Type": "application/json"}, json.dumps({"message": "Internal server error"}).encode()
            return await invoke(integration, api, stage, state, resource, *more, **named)

        app._handle_execute_api_request, rest._invoke_lambda_proxy_v1 = handle_execute_api_request, invoke_lambda_proxy

    def _may_invoke(self, function: str, source: str, account: str, region: str) -> bool:
        """Source: API Gateway Developer Guide, "Control access to a REST API": the function's policy must let the API's method in."""
        call = ServiceCall(
            principal="apigateway.amazonaws.com",
            action="lambda:InvokeFunction",
            resource=function,
            source_arn=f"arn:aws:execute-api:{region}:{account}:{source}",
            account=account,
            region=region,
        )
        return self.service_calls.allowed(call)


def _become_owner(host: str) -> None:
    """An unsigned request is for the API wherever it is; MiniStack would look in an account that nobody uses."""
    found = _HOST.match(host.lower())
    if found is None:
        return
    scope = module("ministack.core.responses")
    for stored in (module("ministack.services.apigateway_v1")._rest_apis, module("ministack.services.apigateway")._apis):
        for (account, region, api), _ in stored.all_items():
            if api == found[1]:
                scope.set_request_account_id(account)
                scope.set_request_region(region)
