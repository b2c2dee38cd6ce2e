"""What MiniStack's CloudFront lacks: real-time log configurations, continuous deployment policies, and refusals between settings.

Requests reach this after MiniStack has checked their signature and permissions.
"""
# ruff: noqa: SLF001 MiniStack has no public way in

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, cast
from xml.etree.ElementTree import Element, ParseError

from marquee.emulator import rest_xml
from marquee.emulator.service_model import check, service_model
from marquee.emulator.services.deployment_policies import DeploymentPolicies, Policy
from marquee.emulator.services.distribution_rules import behaviours, require_fitting
from marquee.emulator.services.own import ApiError
from marquee.emulator.services.realtime_logs import RealtimeLogConfigs
from marquee.emulator.upstream import module

_NAMESPACE: Final = "http://cloudfront.amazonaws.com/doc/2020-05-31/"
_ROOT: Final = "/2020-05-31/"
_POLICY: Final = re.compile(r"continuous-deployment-policy(?:/([^/]+)(/config)?)?")
_DISTRIBUTION: Final = re.compile(r"distribution(?:/([^/]+)/config)?")
_MAX: Final = 100

Answer = tuple[int, dict[str, str], bytes]


class CloudFront:
    """Stands before MiniStack's own answers."""

    def __init__(self) -> None:
        self.log_configs = RealtimeLogConfigs()
        self.policies = DeploymentPolicies()
        self._module: Any = module("ministack.services.cloudfront")

    def install(self) -> None:
        """Take the place of MiniStack's `handle_request`. Once; the front of MiniStack looks it up by its name at each request."""
        theirs: Callable[..., Awaitable[Any]] = self._module.handle_request

        async def handle_request(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
            try:
                answer = self._answer(method, path.removeprefix(_ROOT).rstrip("/"), headers, body)
            except ApiError as error:
                return self._module._error(error.code, str(error), error.status)
            return answer if answer is not None else await theirs(method, path, headers, body, query)

        self._module.handle_request = handle_request

    def _answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer | None:
        account: str = module("ministack.core.responses").get_account_id()
        if "realtime-log-config" in path and path != "distributionsByRealtimeLogConfig":
            return self._log_config(account, method, path, body)
        if match := _POLICY.fullmatch(path):
            return self._policy(account, method, match, headers.get("if-match", ""), body)
        if method in {"POST", "PUT"} and (match := _DISTRIBUTION.fullmatch(path)):
            self._require_distribution(account, match[1], body)
        return None

    def _log_config(self, account: str, method: str, path: str, body: bytes) -> Answer | None:
        match method, path:
            case "POST", "realtime-log-config":
                made = self.log_configs.create(account, _read("CreateRealtimeLogConfigRequest", body))
                return _written(201, "CreateRealtimeLogConfigResult", {"RealtimeLogConfig": made})
            case "PUT", "realtime-log-config":
                changed = self.log_configs.update(account, _read("UpdateRealtimeLogConfigRequest", body))
                return _written(200, "UpdateRealtimeLogConfigResult", {"RealtimeLogConfig": changed})
            case "GET", "realtime-log-config":
                listed = {"MaxItems": _MAX, "Items": self.log_configs.list(account), "IsTruncated": False, "Marker": ""}
                return _written(200, "RealtimeLogConfigs", listed)
            case "POST", "get-realtime-log-config":
                found = self.log_configs.find(account, _read("GetRealtimeLogConfigRequest", body))
                return _written(200, "GetRealtimeLogConfigResult", {"RealtimeLogConfig": found})
            case "POST", "delete-realtime-log-config":
                named = _read("DeleteRealtimeLogConfigRequest", body)
                arn = self.log_configs.find(account, named)["ARN"]
                used = any(arn == one.get("RealtimeLogConfigArn") for config in self._configs().values() for one in behaviours(config))
                self.log_configs.delete(account, named, used)
                return 204, {}, b""
            case _:
                return None

    def _policy(self, account: str, method: str, path: re.Match[str], if_match: str, body: bytes) -> Answer | None:
        shape, number, config_only = "ContinuousDeploymentPolicyConfig", cast("str | None", path[1]), bool(path[2])
        match method, number:
            case "POST", None:
                made = self.policies.create(account, _read(shape, body), self._staging())
                return _shown(201, made)
            case "GET", None:
                items = [{"ContinuousDeploymentPolicy": policy.shown()} for policy in self.policies.list(account)]
                return _written(200, "ContinuousDeploymentPolicyList", {"MaxItems": _MAX, "Quantity": len(items), "Items": items or None})
            case "GET", str():
                found = self.policies.find(account, number)
                return _written(200, shape, dict(found.config), found.etag) if config_only else _shown(200, found)
            case "PUT", str():
                return _shown(200, self.policies.update(account, number, if_match, _read(shape, body), self._staging()))
            case "DELETE", str():
                used = any(config.get("ContinuousDeploymentPolicyId") == number for config in self._configs().values())
                self.policies.delete(account, number, if_match, used)
                return 204, {}, b""
            case _:
                return None

    def _require_distribution(self, account: str, id: str | None, body: bytes) -> None:
        root = self._module._parse_body(body)
        config_element, _ = self._module._unwrap_distribution_create_xml(root)
        if config_element is None:
            return  # MiniStack says that it is malformed
        try:
            config = _parsed("DistributionConfig", config_element)
        except ValueError as error:
            raise ApiError(400, "InvalidArgument", str(error)) from error
        require_fitting(config, new=id is None)
        if policy := config.get("ContinuousDeploymentPolicyId"):
            self.policies.find(account, policy)
            if any(other.get("ContinuousDeploymentPolicyId") == policy for number, other in self._configs().items() if number != id):
                raise ApiError(409, "StagingDistributionInUse", "The continuous deployment policy belongs to another distribution.")
        for behaviour in behaviours(config):
            if arn := behaviour.get("RealtimeLogConfigArn"):
                self.log_configs.find(account, {"ARN": arn})

    def _configs(self) -> dict[str, Mapping[str, Any]]:
        """Configuration of each distribution of the request's account, by its id."""
        found = self._module._distributions
        return {number: _parsed("DistributionConfig", self._module._dist_config_el(found[number])) for number in list(found)}

    def _staging(self) -> dict[str, Mapping[str, Any]]:
        found = self._module._distributions
        return {found[number]["DomainName"]: config for number, config in self._configs().items() if config.get("Staging")}


def _read(shape: str, body: bytes) -> dict[str, Any]:
    """The body as the model's structure. ApiError for what the model refuses."""
    element = module("ministack.services.cloudfront")._parse_body(body)
    try:
        value = _parsed(shape, element) if element is not None else None
    except (ValueError, ParseError) as error:
        raise ApiError(400, "InvalidArgument", str(error)) from error
    if value is None:
        raise ApiError(400, "MalformedXML", "The XML document is malformed.")
    if problems := check("cloudfront", shape, value):
        raise ApiError(400, "InvalidArgument", "; ".join(map(str, problems[:5])))
    return value


def _parsed(shape: str, element: Element) -> dict[str, Any]:
    return rest_xml.read(service_model("cloudfront").shape_for(shape), element)


def _shown(status: int, policy: Policy) -> Answer:
    return _written(status, "ContinuousDeploymentPolicy", policy.shown(), policy.etag)


def _written(status: int, shape: str, value: dict[str, Any], etag: str = "") -> Answer:
    headers = {"Content-Type": "text/xml", **({"ETag": etag} if etag else {})}
    return status, headers, rest_xml.document(shape, _NAMESPACE, service_model("cloudfront").shape_for(shape), value)
