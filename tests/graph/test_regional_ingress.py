"""The way into a region: who may knock, what answers, and what raises an alarm."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from marquee.engine import Graph
from marquee.engine.standin import StandIn
from tests.graph.conftest import Raw, of_stack, platform
from tests.graph.test_regional_network import source
from tests.graph.test_regional_plane import REGION, Run, edited, of_type, one, plane

ACCOUNTS = {"dev": "111122223333", "prod": "444455556666"}


def test_only_443_is_open_and_only_to_aws_lists_and_the_vpc(deployed: Graph) -> None:
    rules = [rule.inputs for rule in of_type(deployed, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")]
    assert {(rule["ipProtocol"], rule["fromPort"], rule["toPort"]) for rule in rules} == {("tcp", 443, 443)}
    assert not [rule for rule in rules if "cidrIpv6" in rule or rule.get("cidrIpv4") == "0.0.0.0/0"]
    by_list = [rule for rule in rules if "prefixListId" in rule]
    assert len({rule["securityGroupId"] for rule in by_list}) == 2  # CloudFront's list fills a group


def test_no_security_group_has_an_egress_rule(deployed: Graph) -> None:
    """Nothing behind them calls out through the VPC; the provider takes AWS's default egress rule away."""
    assert not [resource for resource in plane(deployed) if resource.type == "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"]
    for group in of_type(deployed, "aws:ec2/securityGroup:SecurityGroup"):
        assert not {"ingress", "egress"} & set(group.inputs)


def test_prefix_lists_are_looked_up_in_the_region(monkeypatch: pytest.MonkeyPatch, run_platform: Run) -> None:
    asked: list[tuple[str, str]] = []
    answer = StandIn.invoke

    def invoke(self: StandIn, token: str, args: Raw, provider_inputs: Raw) -> Mapping[str, Any]:
        if token.endswith(":getManagedPrefixList"):
            asked.append((args["name"], provider_inputs["region"]))
        return answer(self, token, args, provider_inputs)

    monkeypatch.setattr(StandIn, "invoke", invoke)
    raw = platform("dev")
    raw["regions"] = [{**raw["regions"][0], "name": "ap-southeast-2"}]
    raw["live"] = {}
    run_platform(raw)
    assert sorted(asked) == [
        ("com.amazonaws.ap-southeast-2.route53-healthchecks", "ap-southeast-2"),
        ("com.amazonaws.global.cloudfront.origin-facing", "ap-southeast-2"),
    ]


def test_the_listener_speaks_modern_tls_and_answers_404(deployed: Graph) -> None:
    listener = one(deployed, "aws:lb/listener:Listener").inputs
    assert (listener["port"], listener["protocol"]) == (443, "HTTPS")
    assert listener["sslPolicy"].startswith("ELBSecurityPolicy-TLS13-1-2-Res-")
    assert listener["defaultActions"] == [
        {"type": "fixed-response", "fixedResponse": {"contentType": "text/plain", "statusCode": "404"}},
    ]


def test_the_listener_waits_for_an_issued_certificate(stack: str, deployed: Graph) -> None:
    listener = one(deployed, "aws:lb/listener:Listener")
    assert any("certificateValidation" in urn for urn in listener.property_dependencies["certificateArn"])
    certificate = one(deployed, "aws:acm/certificate:Certificate").inputs
    assert certificate["domainName"] == f"origin.euw1.{platform(stack)['identity']['domain']}"
    assert not certificate["subjectAlternativeNames"]


def test_no_two_certificates_share_a_name() -> None:
    graph = of_stack("prod", True)
    names = [
        name
        for certificate in graph.of_type("aws:acm/certificate:Certificate")
        for name in (certificate.inputs["domainName"], *certificate.inputs.get("subjectAlternativeNames", ()))
    ]
    # The regions' own, the edge's two, and the one that all APIs answer to: a certificate for it in each region, proved by one record.
    shared = "api-origin.media.example.org"
    edge = ["api.media.example.org", "media.media.example.org"]
    assert sorted(names) == sorted([*(f"origin.{code}.media.example.org" for code in ("euw1", "use1", "apse2")), *edge, *[shared] * 3])
    # A proof is a record under the certificate's own name, which AWS gives the same for every certificate of one account.
    proofs = [one.name for one in graph.of_type("aws:route53/record:Record") if "Certificate$" in one.urn]
    assert sorted(proofs) == sorted(
        [
            *(
                f"plane-{region}-ingress-certificate-origin.{code}.media.example.org"
                for region, code in (("eu-west-1", "euw1"), ("us-east-1", "use1"), ("ap-southeast-2", "apse2"))
            ),
            *(f"edge-certificate-{name}" for name in edge),
            f"api-name-eu-west-1-{shared}",
        ]
    )


def test_the_load_balancer_is_hardened_and_logged(stack: str, deployed: Graph) -> None:
    balancer = one(deployed, "aws:lb/loadBalancer:LoadBalancer").inputs
    assert balancer["internal"] is False
    assert balancer["dropInvalidHeaderFields"] is True
    assert balancer["enableCrossZoneLoadBalancing"] is True
    assert len(balancer["securityGroups"]) == 2
    bucket = f"marquee-{stack}-access-logs-{ACCOUNTS[stack]}-euw1"
    assert balancer["accessLogs"] == {"bucket": bucket, "enabled": True}


def test_only_our_load_balancers_write_access_logs_and_only_with_tls(stack: str, deployed: Graph) -> None:
    account = ACCOUNTS[stack]
    policy = one(deployed, "aws:s3/bucketPolicy:BucketPolicy")
    tls, delivery = json.loads(policy.inputs["policy"])["Statement"]
    assert (tls["Effect"], tls["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert delivery["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert delivery["Resource"] == f"arn:aws:s3:::marquee-{stack}-access-logs-{account}-euw1/AWSLogs/{account}/*"
    assert delivery["Condition"]["ArnLike"]["aws:SourceArn"] == f"arn:aws:elasticloadbalancing:{REGION}:{account}:loadbalancer/*"
    balancer = one(deployed, "aws:lb/loadBalancer:LoadBalancer")
    assert policy.urn in balancer.property_dependencies["accessLogs"]  # the load balancer tries the bucket at once


def test_names_of_the_region(stack: str, deployed: Graph) -> None:
    domain = platform(stack)["identity"]["domain"]
    origin = one(deployed, "aws:route53/record:Record", "-origin").inputs
    assert (origin["name"], origin["type"]) == (f"origin.euw1.{domain}", "A")
    assert origin["aliases"][0]["evaluateTargetHealth"] is True
    zone = one(deployed, "aws:route53/zone:Zone")
    assert zone.inputs["name"] == f"euw1.internal.{domain}"
    assert [entry["vpcRegion"] for entry in zone.inputs["vpcs"]] == [REGION]
    assert deployed.outputs["regions"][REGION]["origin"] == f"origin.euw1.{domain}"


def test_deep_health_is_a_lambda_that_only_this_target_group_calls(stack: str, deployed: Graph) -> None:
    rule = one(deployed, "aws:lb/listenerRule:ListenerRule")
    assert {"pathPattern": {"values": ["/health/deep"]}} in rule.inputs["conditions"]
    group = one(deployed, "aws:lb/targetGroup:TargetGroup")
    assert group.inputs["targetType"] == "lambda"
    assert group.inputs["healthCheck"]["path"] == "/health/deep"
    permission = one(deployed, "aws:lambda/permission:Permission")
    assert permission.inputs["sourceAccount"] == ACCOUNTS[stack]
    assert source(permission, "sourceArn") == group.name
    assert permission.urn in one(deployed, "aws:lb/targetGroupAttachment:TargetGroupAttachment").dependencies


def test_deep_health_may_ask_and_do_nothing_else(stack: str, deployed: Graph) -> None:
    place = f"{REGION}:{ACCOUNTS[stack]}"
    statements = [
        statement
        for policy in of_type(deployed, "aws:iam/rolePolicy:RolePolicy")
        if f"plane-{REGION}-health" in policy.name
        for statement in json.loads(policy.inputs["policy"])["Statement"]
    ]
    by_action = {action: statement for statement in statements for action in statement["Action"]}
    assert by_action["dynamodb:GetItem"]["Resource"] == [f"arn:aws:dynamodb:{place}:table/marquee-{stack}-catalogue"]
    assert by_action["sqs:GetQueueAttributes"]["Resource"] == [f"arn:aws:sqs:{place}:marquee-{stack}-dead-letters"]
    assert "Condition" not in by_action["kms:Encrypt"]
    own = {"logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTelemetryRecords", "xray:PutTraceSegments", "sqs:SendMessage"}
    keys = {"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"}
    assert set(by_action) == {"dynamodb:GetItem", "sqs:GetQueueAttributes", *own, *keys}


def test_deep_health_is_told_what_to_ask(stack: str, deployed: Graph) -> None:
    variables = one(deployed, "aws:lambda/function:Function", "-health").inputs["environment"]["variables"]
    assert variables["TABLE_NAME"] == f"marquee-{stack}-catalogue"
    (table,) = (one for one in deployed.of_type("aws:dynamodb/table:Table") if one.name == "global-catalogue")
    keys = [key for key in (table.inputs["hashKey"], table.inputs.get("rangeKey")) if key]
    assert variables["TABLE_KEYS"].split(",") == keys
    assert variables["KEY_ARN"].endswith(f"global-keys-data-{REGION}")


def test_alarms_follow_from_the_objectives(run_platform: Run) -> None:
    raw = edited("dev", observability={"slo": {"availability_percent": 99.9, "latency_p99_ms": 250}})
    alarms = {
        alarm.name.removeprefix(f"plane-{REGION}-alarms-"): alarm.inputs
        for alarm in of_type(run_platform(raw), "aws:cloudwatch/metricAlarm:MetricAlarm")
    }
    assert set(alarms) == {"errors", "latency", "dead-letters", "health"}
    assert alarms["errors"]["threshold"] == pytest.approx(1.44)  # percent: 14.4 times the budget of 0.1
    assert alarms["latency"]["threshold"] == 0.25  # seconds
    assert alarms["latency"]["extendedStatistic"] == "p99"
    assert alarms["dead-letters"]["dimensions"] == {"QueueName": "marquee-dev-dead-letters"}
    assert {name: alarm["treatMissingData"] for name, alarm in alarms.items()} == {
        "errors": "notBreaching",
        "latency": "notBreaching",
        "dead-letters": "notBreaching",
        "health": "breaching",
    }
    topic = ["arn:aws:sns:eu-west-1:111122223333:marquee-dev-alarms"]
    assert all(alarm["alarmActions"] == alarm["okActions"] == topic for alarm in alarms.values())


def test_the_errors_alarm_counts_failures_of_both_kinds(deployed: Graph) -> None:
    queries = one(deployed, "aws:cloudwatch/metricAlarm:MetricAlarm", "-errors").inputs["metricQueries"]
    metrics = {query["id"]: query["metric"]["metricName"] for query in queries if "metric" in query}
    assert metrics == {"requests": "RequestCount", "elb": "HTTPCode_ELB_5XX_Count", "target": "HTTPCode_Target_5XX_Count"}
    (returned,) = [query for query in queries if query.get("returnData")]
    assert all(name in returned["expression"] for name in metrics)


def test_alarms_alone_publish_and_only_with_tls(stack: str, deployed: Graph) -> None:
    tls, publish = json.loads(one(deployed, "aws:sns/topicPolicy:TopicPolicy").inputs["policy"])["Statement"]
    assert (tls["Effect"], tls["Action"]) == ("Deny", "sns:Publish")
    assert publish["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert publish["Condition"]["StringEquals"] == {"aws:SourceAccount": ACCOUNTS[stack]}


def test_mail_goes_to_whom_the_settings_name() -> None:
    subscription = one(of_stack("prod", True), "aws:sns/topicSubscription:TopicSubscription").inputs
    assert (subscription["protocol"], subscription["endpoint"]) == ("email", "oncall@example.org")


def test_dead_letters_take_from_the_stacks_rules_and_bus(stack: str, deployed: Graph) -> None:
    _, events = json.loads(one(deployed, "aws:sqs/queuePolicy:QueuePolicy").inputs["policy"])["Statement"]
    arn = f"arn:aws:events:{REGION}:{ACCOUNTS[stack]}"
    prefix = f"marquee-{stack}"
    allowed = set(events["Condition"]["ArnEquals"]["aws:SourceArn"])
    assert allowed == {
        *(f"{arn}:rule/{prefix}-{rule}" for rule in ("object-created", "ingest-failed", "prune", "live-running", "mediaconvert")),
        *(f"{arn}:rule/{prefix}/{prefix}-{rule}" for rule in ("titles", "quarantined", "invalidate", "prefetch", "revoke")),
        f"{arn}:event-bus/{prefix}",
    }
    rules = [rule.inputs for rule in deployed.of_type("aws:cloudwatch/eventRule:EventRule") if REGION in rule.urn]
    buses = [f"{rule['eventBusName']}/" if "eventBusName" in rule else "" for rule in rules]
    assert len(rules) == len({f"{arn}:rule/{bus}{rule['name']}" for bus, rule in zip(buses, rules, strict=True)} & allowed)


def test_a_web_acl_stands_before_the_load_balancer_and_logs_no_credentials(stack: str, deployed: Graph) -> None:
    acl = one(deployed, "aws:wafv2/webAcl:WebAcl")
    assert (acl.inputs["name"], acl.inputs["scope"]) == (f"marquee-{stack}", "REGIONAL")
    managed = [rule for rule in acl.inputs["rules"] if "managedRuleGroupStatement" in rule["statement"]]
    assert {rule["statement"]["managedRuleGroupStatement"]["name"] for rule in managed} == {
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesAnonymousIpList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
    }
    assert all(rule["overrideAction"] == {"none": {}} for rule in managed)
    (rate,) = (rule for rule in acl.inputs["rules"] if rule not in managed)
    assert rate["action"] == {"block": {}}
    assert rate["statement"]["rateBasedStatement"] == {"limit": 10_000, "evaluationWindowSec": 300, "aggregateKeyType": "IP"}
    assert sorted(rule["priority"] for rule in acl.inputs["rules"]) == [0, 1, 2, 3, 4]
    association = one(deployed, "aws:wafv2/webAclAssociation:WebAclAssociation")
    assert association.inputs["resourceArn"] == one(deployed, "aws:lb/loadBalancer:LoadBalancer").outputs["arn"]
    logging = one(deployed, "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration").inputs
    headers = [field["singleHeader"]["name"] for field in logging["redactedFields"] if "singleHeader" in field]
    assert headers == ["authorization", "cookie"]
    assert {"queryString": {}} in logging["redactedFields"]  # a signed URL's signature is in it
    assert any("aws-waf-logs" in str(group.inputs["name"]) for group in deployed.of_type("aws:cloudwatch/logGroup:LogGroup"))
