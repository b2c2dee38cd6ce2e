"""Load balancers, certificates and names, read back as AWS holds them."""

from typing import Any

import pytest

from marquee.errors import MarqueeError
from tests.resources.bench import TAGS, Bench, tags


class TestLoadBalancer:
    @pytest.fixture
    def balancer(self, aws: Bench) -> str:
        vpc = aws.vpc()
        subnets = [aws.subnet(vpc, f"10.0.{index}.0/24", zone) for index, zone in enumerate("ab")]
        return aws.make(
            "aws:lb/loadBalancer:LoadBalancer",
            name="front",
            subnets=subnets,
            dropInvalidHeaderFields=True,
            enableDeletionProtection=True,
            accessLogs={"bucket": "logs", "enabled": True},
        ).id

    def test_attributes_and_outputs(self, aws: Bench, balancer: str) -> None:
        found = aws("elbv2").describe_load_balancer_attributes(LoadBalancerArn=balancer)["Attributes"]
        attributes = tags(found)
        assert attributes["routing.http.drop_invalid_header_fields.enabled"] == "true"
        assert attributes["deletion_protection.enabled"] == "true"
        assert (attributes["access_logs.s3.enabled"], attributes["access_logs.s3.bucket"]) == ("true", "logs")
        state = aws.backend.read(aws.request("aws:lb/loadBalancer:LoadBalancer"), balancer).outputs
        assert (state["arnSuffix"], state["zoneId"]) == (balancer.partition(":loadbalancer/")[2], "Z32O12XQLNTSW2")

    def test_a_lambda_target_behind_a_rule(self, aws: Bench, balancer: str) -> None:
        health = {"enabled": True, "path": "/deep", "matcher": "200", "interval": 60, "timeout": 10}
        group = aws.make(
            "aws:lb/targetGroup:TargetGroup", name="health", targetType="lambda", healthCheck=health, lambdaMultiValueHeadersEnabled=True
        )
        [found] = aws("elbv2").describe_target_groups(TargetGroupArns=[group.id])["TargetGroups"]
        assert (found["HealthCheckPath"], found["HealthCheckIntervalSeconds"], found["Matcher"]) == ("/deep", 60, {"HttpCode": "200"})
        function = aws.arn("lambda", "function:f")
        attachment = aws.make("aws:lb/targetGroupAttachment:TargetGroupAttachment", targetGroupArn=group.id, targetId=function)
        assert attachment.id.startswith(f"{group.id}-")
        targets = aws("elbv2").describe_target_health(TargetGroupArn=group.id)["TargetHealthDescriptions"]
        assert [item["Target"]["Id"] for item in targets] == [function]
        fixed = [{"type": "fixed-response", "fixedResponse": {"contentType": "text/plain", "statusCode": "404"}}]
        listener = aws.make("aws:lb/listener:Listener", loadBalancerArn=balancer, port=80, defaultActions=fixed)
        [found] = aws("elbv2").describe_listeners(ListenerArns=[listener.id])["Listeners"]
        assert (found["Protocol"], found["DefaultActions"][0]["FixedResponseConfig"]["StatusCode"]) == ("HTTP", "404")
        conditions = [{"pathPattern": {"values": ["/deep"]}}, {"queryStrings": [{"key": "k", "value": "v"}]}]
        forward = [{"type": "forward", "targetGroupArn": group.id}]
        requests = aws.sent("elbv2", "CreateRule")
        rule = aws.make("aws:lb/listenerRule:ListenerRule", listenerArn=listener.id, conditions=conditions, actions=forward)
        [found] = aws("elbv2").describe_rules(RuleArns=[rule.id])["Rules"]
        assert rule.outputs["priority"] == 1
        fields = {item["Field"]: item for item in found["Conditions"]}
        assert fields["path-pattern"]["PathPatternConfig"]["Values"] == ["/deep"]
        query = {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "k", "Value": "v"}]}}
        assert requests[0]["Conditions"][1] == query  # MiniStack keeps no query strings
        assert found["Actions"][0]["TargetGroupArn"] == group.id

    def test_targets_by_weight(self, aws: Bench, balancer: str) -> None:
        wanted: dict[str, Any] = {"targetType": "ip", "vpcId": aws.vpc(), "port": 80, "protocol": "HTTP", "deregistrationDelay": 20}
        sticky = {"type": "lb_cookie", "cookieDuration": 60}
        blue, green = (
            aws.make("aws:lb/targetGroup:TargetGroup", name, name=name, stickiness=sticky, **wanted).id for name in ("blue", "green")
        )
        weighted = {"targetGroups": [{"arn": blue, "weight": 9}, {"arn": green}], "stickiness": {"duration": 30, "enabled": True}}
        requests = aws.sent("elbv2", "CreateListener")
        aws.make("aws:lb/listener:Listener", loadBalancerArn=balancer, port=80, defaultActions=[{"type": "forward", "forward": weighted}])
        [action] = requests[0]["DefaultActions"]
        assert {group["TargetGroupArn"]: group["Weight"] for group in action["ForwardConfig"]["TargetGroups"]} == {blue: 9, green: 1}
        assert action["ForwardConfig"]["TargetGroupStickinessConfig"] == {"Enabled": True, "DurationSeconds": 30}
        attributes = tags(aws("elbv2").describe_target_group_attributes(TargetGroupArn=blue)["Attributes"])
        assert attributes["deregistration_delay.timeout_seconds"] == "20"
        assert (attributes["stickiness.enabled"], attributes["stickiness.lb_cookie.duration_seconds"]) == ("true", "60")

    def test_https_with_a_certificate_and_redirects(self, aws: Bench, balancer: str) -> None:
        certificate = aws.make("aws:acm/certificate:Certificate", domainName="a.example.org", validationMethod="DNS").id
        away = [{"type": "redirect", "redirect": {"port": "443", "protocol": "HTTPS", "statusCode": "HTTP_301"}}]
        wanted = {"loadBalancerArn": balancer, "port": 443, "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06", "defaultActions": away}
        listener = aws.make("aws:lb/listener:Listener", certificateArn=certificate, **wanted)
        [found] = aws("elbv2").describe_listeners(ListenerArns=[listener.id])["Listeners"]
        assert (found["Protocol"], found["SslPolicy"], found["Certificates"][0]["CertificateArn"]) == (
            "HTTPS",
            wanted["sslPolicy"],
            certificate,
        )
        redirect = found["DefaultActions"][0]["RedirectConfig"]
        assert (redirect["Port"], redirect["Host"], redirect["Path"]) == ("443", "#{host}", "/#{path}")


class TestWebAcl:
    def test_rules_association_and_log(self, aws: Bench) -> None:
        visible = {"cloudwatchMetricsEnabled": True, "sampledRequestsEnabled": True, "metricName": "m"}
        group = {"managedRuleGroupStatement": {"vendorName": "AWS", "name": "AWSManagedRulesCommonRuleSet"}}
        managed = {"name": "common", "priority": 0, "overrideAction": {"none": {}}, "statement": group, "visibilityConfig": visible}
        limit = {"rateBasedStatement": {"limit": 2000, "evaluationWindowSec": 300, "aggregateKeyType": "IP"}}
        rate = {"name": "rate", "priority": 1, "action": {"block": {}}, "statement": limit, "visibilityConfig": visible}
        wanted: dict[str, Any] = {"defaultAction": {"allow": {}}, "rules": [managed, rate], "visibilityConfig": visible}
        made = aws.make("aws:wafv2/webAcl:WebAcl", name="front", scope="REGIONAL", **wanted)
        found = aws("wafv2").get_web_acl(Name="front", Scope="REGIONAL", Id=made.id)["WebACL"]
        common, by_address = found["Rules"]
        assert (found["ARN"], found["DefaultAction"]) == (made.outputs["arn"], {"Allow": {}})
        assert common["Statement"]["ManagedRuleGroupStatement"] == {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}
        assert (common["OverrideAction"], by_address["Action"]) == ({"None": {}}, {"Block": {}})
        assert by_address["Statement"]["RateBasedStatement"]["Limit"] == 2000
        balancer = aws.arn("elasticloadbalancing", "loadbalancer/app/front/0123456789abcdef")
        joined = aws.make("aws:wafv2/webAclAssociation:WebAclAssociation", resourceArn=balancer, webAclArn=found["ARN"])
        assert joined.id == f"{found['ARN']},{balancer}"
        assert aws("wafv2").get_web_acl_for_resource(ResourceArn=balancer)["WebACL"]["ARN"] == found["ARN"]
        log = aws.make("aws:cloudwatch/logGroup:LogGroup", name="aws-waf-logs-front").outputs["arn"]
        hidden: list[dict[str, Any]] = [{"singleHeader": {"name": "cookie"}}, {"queryString": {}}]
        token = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
        assert aws.make(token, resourceArn=found["ARN"], logDestinationConfigs=[log], redactedFields=hidden).id == found["ARN"]
        kept = aws("wafv2").get_logging_configuration(ResourceArn=found["ARN"])["LoggingConfiguration"]
        assert kept["LogDestinationConfigs"] == [log]
        assert kept["RedactedFields"] == [{"SingleHeader": {"Name": "cookie"}}, {"QueryString": {}}]


class TestNames:
    @pytest.fixture
    def zone(self, aws: Bench) -> str:
        return aws.make("aws:route53/zone:Zone", name="example.org").id

    def records(self, aws: Bench, zone: str) -> dict[tuple[str, str], Any]:
        found = aws("route53").list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
        return {(item["Name"], item["Type"]): item for item in found}

    def test_a_certificate_is_issued_once_its_records_stand(self, aws: Bench, zone: str) -> None:
        names = ["example.org", "api.example.org"]
        fields = {"domainName": names[0], "subjectAlternativeNames": names[1:], "validationMethod": "DNS"}
        made = aws.make("aws:acm/certificate:Certificate", **fields)
        options = made.outputs["domainValidationOptions"]
        assert sorted(option["domainName"] for option in options) == sorted(names)
        fqdns: list[str] = []
        for option in options:
            name, value = option["resourceRecordName"], option["resourceRecordValue"]
            kind = {"type": option["resourceRecordType"], "ttl": 300, "allowOverwrite": True}
            fqdns.append(aws.make("aws:route53/record:Record", zoneId=zone, name=name, records=[value], **kind).outputs["fqdn"])
        token = "aws:acm/certificateValidation:CertificateValidation"
        with pytest.raises(MarqueeError, match="no validation record for"):
            aws.make(token, certificateArn=made.id, validationRecordFqdns=fqdns[:1])
        aws.make(token, certificateArn=made.id, validationRecordFqdns=fqdns)
        assert aws("acm").describe_certificate(CertificateArn=made.id)["Certificate"]["Status"] == "ISSUED"

    def test_a_public_zone_and_a_private_one_of_two_networks(self, aws: Bench, zone: str) -> None:
        public = aws.backend.read(aws.request("aws:route53/zone:Zone"), zone).outputs
        assert len(public["nameServers"]) == 4
        first, second = aws.vpc("10.0.0.0/16"), aws.vpc("10.1.0.0/16")
        private = aws.make(
            "aws:route53/zone:Zone", name="in.example.org", vpcs=[{"vpcId": first}, {"vpcId": second, "vpcRegion": "eu-west-1"}]
        )
        found = aws("route53").get_hosted_zone(Id=private.id)
        assert found["HostedZone"]["Config"]["PrivateZone"] is True
        assert {item["VPCId"] for item in found["VPCs"]} == {first, second}
        listed = aws("route53").list_tags_for_resource(ResourceType="hostedzone", ResourceId=private.id)["ResourceTagSet"]["Tags"]
        assert tags(listed) == TAGS

    def test_records_plain_text_alias_and_routed(self, aws: Bench, zone: str) -> None:
        plain = aws.make("aws:route53/record:Record", zoneId=zone, name="www", type="TXT", ttl=60, records=["hello"])
        assert (plain.id, plain.outputs["fqdn"]) == (f"{zone}_www_TXT", "www.example.org")
        alias = {"name": "lb.example.com", "zoneId": "Z32O12XQLNTSW2", "evaluateTargetHealth": True}
        aws.make("aws:route53/record:Record", zoneId=zone, name="app.example.org", type="A", aliases=[alias])
        routed = {"setIdentifier": "eu", "latencyRoutingPolicies": [{"region": "eu-west-1"}]}
        near = aws.make("aws:route53/record:Record", zoneId=zone, name="near", type="A", ttl=60, records=["192.0.2.1"], **routed)
        found = self.records(aws, zone)
        assert found["www.example.org.", "TXT"]["ResourceRecords"] == [{"Value": '"hello"'}]
        assert found["app.example.org.", "A"]["AliasTarget"]["DNSName"].rstrip(".") == "lb.example.com"
        assert (found["near.example.org.", "A"]["Region"], near.id) == ("eu-west-1", f"{zone}_near_A_eu")

    def test_an_alias_of_the_same_zone_needs_its_target_first(self, aws: Bench, zone: str) -> None:
        alias = {"name": "euw1.api.example.org", "zoneId": zone, "evaluateTargetHealth": True}
        wanted: dict[str, Any] = {"zoneId": zone, "name": "api", "type": "A", "aliases": [alias]}
        with pytest.raises(MarqueeError, match="that target was not found"):
            aws.make("aws:route53/record:Record", **wanted)
        aws.make("aws:route53/record:Record", zoneId=zone, name="euw1.api", type="A", ttl=60, records=["192.0.2.1"])
        aws.make("aws:route53/record:Record", **wanted)
        assert self.records(aws, zone)["api.example.org.", "A"]["AliasTarget"]["DNSName"].rstrip(".") == "euw1.api.example.org"

    def test_a_second_record_of_one_name_needs_leave_to_overwrite(self, aws: Bench, zone: str) -> None:
        wanted: dict[str, Any] = {"zoneId": zone, "name": "a", "type": "A", "ttl": 60, "records": ["192.0.2.1"]}
        aws.make("aws:route53/record:Record", **wanted)
        with pytest.raises(MarqueeError, match="ChangeResourceRecordSets failed"):
            aws.make("aws:route53/record:Record", **wanted)
        aws.make("aws:route53/record:Record", **{**wanted, "records": ["192.0.2.2"]}, allowOverwrite=True)
        assert self.records(aws, zone)["a.example.org.", "A"]["ResourceRecords"] == [{"Value": "192.0.2.2"}]

    def test_a_health_check(self, aws: Bench) -> None:
        wanted: dict[str, Any] = {"type": "HTTPS", "fqdn": "a.example.org", "port": 443, "resourcePath": "/health", "failureThreshold": 3}
        requests = aws.sent("route53", "CreateHealthCheck")
        made = aws.make(
            "aws:route53/healthCheck:HealthCheck", requestInterval=30, regions=["eu-west-1", "us-east-1", "us-west-2"], **wanted
        )
        found = aws("route53").get_health_check(HealthCheckId=made.id)["HealthCheck"]["HealthCheckConfig"]
        assert (found["FullyQualifiedDomainName"], found["ResourcePath"]) == ("a.example.org", "/health")
        assert requests[0]["HealthCheckConfig"]["EnableSNI"] is True  # MiniStack's answer is spelt so that boto3 reads False
        assert requests[0]["HealthCheckConfig"]["Regions"] == ["eu-west-1", "us-east-1", "us-west-2"]  # MiniStack forgets their names
        assert found["RequestInterval"] == 30

    def test_a_calculated_health_check_counts_its_children(self, aws: Bench) -> None:
        children = [
            aws.make("aws:route53/healthCheck:HealthCheck", type="TCP", ipAddress=f"192.0.2.{host}", port=443).id for host in (1, 2)
        ]
        made = aws.make(
            "aws:route53/healthCheck:HealthCheck",
            type="CALCULATED",
            childHealthchecks=children,
            childHealthThreshold=2,
            invertHealthcheck=True,
        )
        found = aws("route53").get_health_check(HealthCheckId=made.id)["HealthCheck"]["HealthCheckConfig"]
        assert found["ChildHealthChecks"] == children
        assert (found["HealthThreshold"], found["Inverted"]) == (2, True)
