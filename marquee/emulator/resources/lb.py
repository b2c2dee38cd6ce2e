"""Elastic Load Balancing: load balancers, target groups, listeners and their rules."""

from typing import Any

from marquee.emulator.resources.context import Aws, Made, Outputs, crc32
from marquee.emulator.resources.fit import fit, pick
from marquee.emulator.resources.inputs import Inputs, attributes, text
from marquee.emulator.resources.registry import creates, reads

_BALANCER = {
    "clientKeepAlive": "client_keep_alive.seconds",
    "desyncMitigationMode": "routing.http.desync_mitigation_mode",
    "dropInvalidHeaderFields": "routing.http.drop_invalid_header_fields.enabled",
    "enableCrossZoneLoadBalancing": "load_balancing.cross_zone.enabled",
    "enableDeletionProtection": "deletion_protection.enabled",
    "enableHttp2": "routing.http2.enabled",
    "enableTlsVersionAndCipherSuiteHeaders": "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
    "enableWafFailOpen": "waf.fail_open.enabled",
    "enableXffClientPort": "routing.http.xff_client_port.enabled",
    "enableZonalShift": "zonal_shift.config.enabled",
    "idleTimeout": "idle_timeout.timeout_seconds",
    "preserveHostHeader": "routing.http.preserve_host_header.enabled",
    "xffHeaderProcessingMode": "routing.http.xff_header_processing.mode",
}
_LOGS = {"accessLogs": "access_logs.s3", "connectionLogs": "connection_logs.s3", "healthCheckLogs": "health_check_logs.s3"}
_GROUP = {
    "connectionTermination": "deregistration_delay.connection_termination.enabled",
    "deregistrationDelay": "deregistration_delay.timeout_seconds",
    "lambdaMultiValueHeadersEnabled": "lambda.multi_value_headers.enabled",
    "loadBalancingAlgorithmType": "load_balancing.algorithm.type",
    "loadBalancingAnomalyMitigation": "load_balancing.algorithm.anomaly_mitigation",
    "loadBalancingCrossZoneEnabled": "load_balancing.cross_zone.enabled",
    "preserveClientIp": "preserve_client_ip.enabled",
    "proxyProtocolV2": "proxy_protocol_v2.enabled",
    "slowStart": "slow_start.duration_seconds",
}
_HEALTH = {
    "enabled": "HealthCheckEnabled",
    "healthyThreshold": "HealthyThresholdCount",
    "interval": "HealthCheckIntervalSeconds",
    "path": "HealthCheckPath",
    "port": "HealthCheckPort",
    "protocol": "HealthCheckProtocol",
    "timeout": "HealthCheckTimeoutSeconds",
    "unhealthyThreshold": "UnhealthyThresholdCount",
}
_ZONES = {
    "eu-central-1": "Z215JYRZR1TBD5", "eu-north-1": "Z23TAZ6LKFMNIO", "eu-west-1": "Z32O12XQLNTSW2", "eu-west-2": "ZHURV8PSTC4K8",
    "eu-west-3": "Z3Q77PNBQS71R4", "us-east-1": "Z35SXDOTRQ7X7K", "us-east-2": "Z3AADJGX6KTTL2", "us-west-1": "Z368ELLRRE2KJ0",
    "us-west-2": "Z1H1FL5HABSF5",
}  # fmt: skip
"""Region → hosted zone of its application load balancers. Source: AWS General Reference, "Elastic Load Balancing endpoints and quotas"."""


def _pairs(wanted: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in wanted.items()]


@creates("aws:lb/loadBalancer:LoadBalancer")
def load_balancer(aws: Aws, given: Inputs) -> Made:
    """A load balancer, then its attributes; its id is its ARN."""
    name, kind = aws.physical(given), given.get("loadBalancerType", "application")
    scheme = "internal" if given.get("internal", False) else "internet-facing"
    made = aws.call("elbv2", "create_load_balancer", given, Name=name, Type=kind, Scheme=scheme)["LoadBalancers"][0]
    wanted = attributes(given, _BALANCER)
    for prop, prefix in _LOGS.items():
        if logs := given.section(prop):
            wanted[f"{prefix}.enabled"] = text(logs.get("enabled", False))
            wanted |= {f"{prefix}.{part}": logs[part] for part in ("bucket", "prefix") if logs.get(part)}
    if wanted:
        aws.client("elbv2").modify_load_balancer_attributes(LoadBalancerArn=made["LoadBalancerArn"], Attributes=_pairs(wanted))
    return made["LoadBalancerArn"], load_balancer_state(aws, made["LoadBalancerArn"])


@reads("aws:lb/loadBalancer:LoadBalancer")
def load_balancer_state(aws: Aws, id: str) -> Outputs:
    """A load balancer as ELB describes it."""
    found = aws.client("elbv2").describe_load_balancers(LoadBalancerArns=[id])["LoadBalancers"][0]
    return {
        "arn": id,
        "arnSuffix": id.partition(":loadbalancer/")[2],
        "internal": found["Scheme"] == "internal",
        "zoneId": _ZONES.get(aws.region, found.get("CanonicalHostedZoneId", "")),
        **pick(found, "VpcId", "IpAddressType", "SecurityGroups", name="LoadBalancerName", dnsName="DNSName", loadBalancerType="Type"),
    }


@creates("aws:lb/targetGroup:TargetGroup")
def target_group(aws: Aws, given: Inputs) -> Made:
    """A target group with its health check and attributes; its id is its ARN."""
    health = given.section("healthCheck")
    checks: dict[str, Any] = {field: _health(name, health[name]) for name, field in _HEALTH.items() if name in health}
    if health.get("matcher"):
        checks["Matcher"] = {"HttpCode": health["matcher"]}
    name, kind = aws.physical(given), given.get("targetType", "instance")
    made = aws.call("elbv2", "create_target_group", given, Name=name, TargetType=kind, **checks)["TargetGroups"][0]
    arn = made["TargetGroupArn"]
    wanted = attributes(given, _GROUP)
    if sticky := given.section("stickiness"):
        seconds = {"cookieDuration": f"stickiness.{sticky['type']}.duration_seconds", "cookieName": "stickiness.app_cookie.cookie_name"}
        wanted |= {"stickiness.enabled": text(sticky.get("enabled", True)), "stickiness.type": sticky["type"]}
        wanted |= attributes(sticky, seconds)
    if wanted:
        aws.client("elbv2").modify_target_group_attributes(TargetGroupArn=arn, Attributes=_pairs(wanted))
    return arn, {"arn": arn, "name": name, "arnSuffix": arn.rpartition(":")[2], "loadBalancerArns": [], "targetType": kind}


def _health(name: str, value: Any) -> Any:
    """A health check's port is a text such as `traffic-port`; the counts and seconds are numbers."""
    return str(value) if name == "port" else value


@creates("aws:lb/targetGroupAttachment:TargetGroupAttachment")
def target_group_attachment(aws: Aws, given: Inputs) -> Made:
    """One target; ELB has no id for it."""
    arn = str(given["targetGroupArn"])
    target = {"Id": given["targetId"]} | {member: given[name] for name, member in _TARGET.items() if name in given}
    aws.client("elbv2").register_targets(TargetGroupArn=arn, Targets=[target])
    return f"{arn}-{crc32(aws.urn):026x}", {}


_TARGET = {"availabilityZone": "AvailabilityZone", "port": "Port"}


@creates("aws:lb/listener:Listener")
def listener(aws: Aws, given: Inputs) -> Made:
    """A listener; its id is its ARN."""
    certificates = [{"CertificateArn": given["certificateArn"]}] if "certificateArn" in given else None
    protocol = given.get("protocol") or ("HTTPS" if certificates else "HTTP")
    actions = [_action(aws, item) for item in given.sections("defaultActions")]
    made = aws.call("elbv2", "create_listener", given, Certificates=certificates, DefaultActions=actions, Protocol=protocol)["Listeners"][0]
    return made["ListenerArn"], {"arn": made["ListenerArn"], "protocol": protocol, **pick(made, "SslPolicy")}


@creates("aws:lb/listenerRule:ListenerRule")
def listener_rule(aws: Aws, given: Inputs) -> Made:
    """A rule of a listener, last in line unless a priority is given; its id is its ARN."""
    elb = aws.client("elbv2")
    rules = elb.describe_rules(ListenerArn=given["listenerArn"])["Rules"]
    last = max((int(rule["Priority"]) for rule in rules if rule["Priority"].isdigit()), default=0)
    priority = given.get("priority", last + 1)
    conditions = [_condition(name, item) for item in given.sections("conditions") for name in item]
    actions = [_action(aws, item) for item in given.sections("actions")]
    made = aws.call("elbv2", "create_rule", given, Priority=priority, Conditions=conditions, Actions=actions)["Rules"][0]
    return made["RuleArn"], {"arn": made["RuleArn"], "priority": priority}


def _condition(name: str, item: Inputs) -> dict[str, Any]:
    """`hostHeader: {values}` → `Field: host-header, HostHeaderConfig: {Values}`."""
    if name == "queryStrings":
        pairs = [attributes(pair, {"key": "Key", "value": "Value"}) for pair in item.sections(name)]
        return {"Field": "query-string", "QueryStringConfig": {"Values": pairs}}
    field = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)
    wanted = item.section(name)
    config = {"Values": wanted["values"]} | attributes(wanted, {"httpHeaderName": "HttpHeaderName"})
    return {"Field": field, f"{name[0].upper()}{name[1:]}Config": config}


_REDIRECT = {"host": "#{host}", "path": "/#{path}", "port": "#{port}", "protocol": "#{protocol}", "query": "#{query}"}


def _action(aws: Aws, item: Inputs) -> dict[str, Any]:
    """An action; a redirect keeps the parts of the URL that it does not name."""
    wanted = {name: item[name] for name in item if name not in {"forward", "redirect", "fixedResponse"}}
    if "redirect" in item:
        wanted["redirectConfig"] = _REDIRECT | item["redirect"]
    if "fixedResponse" in item:
        wanted["fixedResponseConfig"] = item["fixedResponse"]
    if forward := item.section("forward"):
        config: dict[str, Any] = {"targetGroups": [_weighted(group) for group in forward.sections("targetGroups")]}
        if sticky := forward.section("stickiness"):
            config["targetGroupStickinessConfig"] = {"durationSeconds": sticky["duration"], "enabled": sticky.get("enabled", False)}
        wanted["forwardConfig"] = config
    shape = aws.client("elbv2").meta.service_model.operation_model("CreateListener").input_shape.members["DefaultActions"].member
    return fit(shape, wanted, aws.name)


def _weighted(group: Inputs) -> dict[str, Any]:
    return {"targetGroupArn": group["arn"], "weight": group.get("weight", 1)}
