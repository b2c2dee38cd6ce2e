"""L: logging."""

from typing import Any

from tests.policy.case import UNKNOWN, Item, fails, not_applicable, passes, under, unknown
from tests.policy.cases._tables import OTHER, flags, named

TRAIL = "aws:cloudtrail/trail:Trail"
VPC = "aws:ec2/vpc:Vpc"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
SOURCE = "aws:cloudwatch/logDeliverySource:LogDeliverySource"
DELIVERY = "aws:cloudwatch/logDelivery:LogDelivery"
WEB_ACL = "aws:wafv2/webAcl:WebAcl"
WAF_LOGS = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
EKS = "aws:eks/cluster:Cluster"
ECS = "aws:ecs/cluster:Cluster"
CLUSTER = "aws:rds/cluster:Cluster"
SEARCH = "aws:opensearch/domain:Domain"
KAFKA = "aws:msk/cluster:Cluster"
MACHINE = "aws:sfn/stateMachine:StateMachine"
GROUP = "aws:cloudwatch/logGroup:LogGroup"
ALL_KINDS = ["api", "audit", "authenticator", "controllerManager", "scheduler"]
ARN = "arn:aws:cloudfront::111122223333:distribution/E1"


def _flow_log(vpc: str = UNKNOWN, *refs: str) -> Item:
    return Item(FLOW_LOG, {"vpcId": vpc, "trafficType": "ALL"}, "log", {"vpcId": refs} if refs else {})


def _source(resource: str = UNKNOWN, *refs: str) -> Item:
    return Item(SOURCE, {"name": "s", "logType": "ACCESS_LOGS", "resourceArn": resource}, "source", {"resourceArn": refs} if refs else {})


def _delivery(name: str = UNKNOWN, *refs: str) -> Item:
    return Item(DELIVERY, {"deliverySourceName": name}, "delivery", {"deliverySourceName": refs} if refs else {})


def _waf_logs(acl: str = UNKNOWN, *refs: str) -> Item:
    return Item(WAF_LOGS, {"resourceArn": acl, "logDestinationConfigs": [UNKNOWN]}, "logs", {"resourceArn": refs} if refs else {})


def _insights(value: Any) -> Item:
    return Item(ECS, {"settings": [{"name": "containerInsights", "value": value}]})


def _search(kind: Any, **option: Any) -> dict[str, Any]:
    return {"logType": kind, "cloudwatchLogGroupArn": "arn", **option}


def _brokers(**where: Any) -> Item:
    return Item(KAFKA, {"loggingInfo": {"brokerLogs": where}})


CASES = (
    *flags("L1", TRAIL, "isMultiRegionTrail"),
    *flags("L1.2", TRAIL, "enableLogFileValidation"),
    passes("L2", "by reference", Item(VPC, {}), _flow_log(UNKNOWN, "subject")),
    passes("L2", "by id", Item(VPC, {}, outputs={"id": "vpc-1"}), _flow_log("vpc-1")),
    fails("L2", "none", Item(VPC, {})),
    fails("L2", "another VPC's", Item(VPC, {}), Item(VPC, {}, "other"), _flow_log(UNKNOWN, "other")),
    not_applicable("L2", "no VPC", _flow_log("vpc-1")),
    unknown("L2", "whose not known yet", Item(VPC, {}), _flow_log(), at="log.vpcId"),
    passes("L2.2", "ALL", Item(FLOW_LOG, {"vpcId": UNKNOWN, "trafficType": "ALL"})),
    passes("L2.2", "REJECT", Item(FLOW_LOG, {"subnetId": UNKNOWN, "trafficType": "REJECT"})),
    fails("L2.2", "ACCEPT", Item(FLOW_LOG, {"vpcId": UNKNOWN, "trafficType": "ACCEPT"}), at="trafficType"),
    not_applicable("L2.2", "transit gateway", Item(FLOW_LOG, {"transitGatewayId": UNKNOWN})),
    unknown("L2.2", "not known yet", Item(FLOW_LOG, {"vpcId": "v", "trafficType": UNKNOWN}), at="trafficType"),
    *flags("L3", "aws:lb/loadBalancer:LoadBalancer", "accessLogs.enabled"),
    *flags("L3", "aws:alb/loadBalancer:LoadBalancer", "accessLogs.enabled"),
    not_applicable("L3", "a gateway", Item("aws:lb/loadBalancer:LoadBalancer", {"loadBalancerType": "gateway"})),
    fails("L3", "bucket alone", Item("aws:lb/loadBalancer:LoadBalancer", {"accessLogs": {"bucket": "b"}}), at="accessLogs.enabled"),
    passes("L4", "of its own", Item(DISTRIBUTION, {"loggingConfig": {"bucket": "b.s3.amazonaws.com"}})),
    passes("L4", "delivered", Item(DISTRIBUTION, {}), _source(UNKNOWN, "subject"), _delivery(UNKNOWN, "source")),
    passes("L4", "delivered by literals", Item(DISTRIBUTION, {}, outputs={"arn": ARN}), _source(ARN), _delivery("s")),
    fails("L4", "none", Item(DISTRIBUTION, {}), at="loggingConfig.bucket"),
    fails("L4", "source without a delivery", Item(DISTRIBUTION, {}), _source(UNKNOWN, "subject")),
    fails(
        "L4", "another's", Item(DISTRIBUTION, {}), Item(DISTRIBUTION, {}, "other"), _source(UNKNOWN, "other"), _delivery(UNKNOWN, "source")
    ),
    not_applicable("L4", "no distribution", OTHER),
    unknown("L4", "bucket not known yet", Item(DISTRIBUTION, {"loggingConfig": {"bucket": UNKNOWN}}), at="bucket"),
    unknown("L4", "whose source not known yet", Item(DISTRIBUTION, {}), _source(), at="source.resourceArn"),
    passes("L5", "attached", Item(WEB_ACL, {}), _waf_logs(UNKNOWN, "subject")),
    fails("L5", "none", Item(WEB_ACL, {})),
    fails("L5", "another's", Item(WEB_ACL, {}), Item(WEB_ACL, {}, "other"), _waf_logs(UNKNOWN, "other")),
    not_applicable("L5", "no ACL", _waf_logs("arn")),
    unknown("L5", "whose not known yet", Item(WEB_ACL, {}), _waf_logs(), at="logs.resourceArn"),
    *named("L6", "aws:apigateway/stage:Stage", "accessLogSettings.destinationArn", stageName="v1"),
    *named("L6", "aws:apigatewayv2/stage:Stage", "accessLogSettings.destinationArn", apiId="a"),
    passes("L7", "all five", Item(EKS, {"enabledClusterLogTypes": ALL_KINDS})),
    fails("L7", "some", Item(EKS, {"enabledClusterLogTypes": ALL_KINDS[:4]}), at="scheduler"),
    fails("L7", "absent", Item(EKS, {}), at="enabledClusterLogTypes"),
    not_applicable("L7", "no cluster", OTHER),
    unknown("L7", "not known yet", Item(EKS, {"enabledClusterLogTypes": UNKNOWN}), at="enabledClusterLogTypes"),
    unknown("L7", "one not known yet", Item(EKS, {"enabledClusterLogTypes": [*ALL_KINDS[:4], UNKNOWN]}), at="enabledClusterLogTypes[4]"),
    passes("L7.2", "enabled", _insights("enabled")),
    passes("L7.2", "enhanced", _insights("enhanced")),
    fails("L7.2", "disabled", _insights("disabled"), at="settings"),
    fails("L7.2", "absent", Item(ECS, {})),
    not_applicable("L7.2", "no cluster", OTHER),
    unknown("L7.2", "not known yet", _insights(UNKNOWN), at="value"),
    passes("L8", "exported", Item(CLUSTER, {"engine": "aurora-mysql", "enabledCloudwatchLogsExports": ["audit"]})),
    fails("L8", "none", Item(CLUSTER, {"engine": "aurora-mysql", "enabledCloudwatchLogsExports": []})),
    fails("L8", "absent", Item(CLUSTER, {"engine": "aurora-mysql"}), at="enabledCloudwatchLogsExports"),
    not_applicable("L8", "no cluster", OTHER),
    unknown("L8", "not known yet", Item(CLUSTER, {"engine": "aurora-mysql", "enabledCloudwatchLogsExports": UNKNOWN})),
    passes("L9", "audits", Item(SEARCH, {"logPublishingOptions": [_search("INDEX_SLOW_LOGS"), _search("AUDIT_LOGS", enabled=True)]})),
    fails("L9", "off", Item(SEARCH, {"logPublishingOptions": [_search("AUDIT_LOGS", enabled=False)]})),
    fails(
        "L9", "other logs", Item("aws:elasticsearch/domain:Domain", {"logPublishingOptions": [_search("INDEX_SLOW_LOGS", enabled=True)]})
    ),
    fails("L9", "absent", Item(SEARCH, {}), at="logPublishingOptions"),
    not_applicable("L9", "no domain", OTHER),
    unknown("L9", "not known yet", Item(SEARCH, {"logPublishingOptions": [_search("AUDIT_LOGS", enabled=UNKNOWN)]}), at="enabled"),
    passes("L9.2", "to a log group", _brokers(cloudwatchLogs={"enabled": True, "logGroup": UNKNOWN})),
    passes("L9.2", "to a bucket", _brokers(s3={"enabled": True, "bucket": "b"}, firehose={"enabled": False})),
    fails("L9.2", "all off", _brokers(cloudwatchLogs={"enabled": False}), at="brokerLogs"),
    fails("L9.2", "absent", Item(KAFKA, {})),
    not_applicable("L9.2", "serverless", Item("aws:msk/serverlessCluster:ServerlessCluster", {})),
    unknown("L9.2", "not known yet", _brokers(firehose={"enabled": UNKNOWN}), at="firehose.enabled"),
    *flags("L9.3", MACHINE, "loggingConfiguration.includeExecutionData", {"roleArn": "r"}),
    passes("L9.4", "errors", Item(MACHINE, {"loggingConfiguration": {"level": "ERROR", "logDestination": UNKNOWN}})),
    fails("L9.4", "off", Item(MACHINE, {"loggingConfiguration": {"level": "OFF"}}), at="level"),
    fails("L9.4", "absent", Item(MACHINE, {})),
    not_applicable("L9.4", "no machine", OTHER),
    unknown("L9.4", "not known yet", Item(MACHINE, {"loggingConfiguration": {"level": UNKNOWN}}), at="level"),
    passes("L10", "a year", Item(GROUP, {"retentionInDays": 365})),
    passes("L10", "for ever", Item(GROUP, {"retentionInDays": 0})),
    passes("L10", "as the config says", Item(GROUP, {"retentionInDays": 90}), days=90),
    under({"profile": "starter"}, passes("L10", "starter", Item(GROUP, {"retentionInDays": 30}))),
    under({"profile": "starter"}, fails("L10", "starter that does not say", Item(GROUP, {}))),
    under({"profile": "mature"}, fails("L10", "mature", Item(GROUP, {"retentionInDays": 30}))),
    fails("L10", "too short", Item(GROUP, {"retentionInDays": 180}), at="retentionInDays"),
    fails("L10", "absent", Item(GROUP, {})),
    not_applicable("L10", "delivery", Item(GROUP, {"logGroupClass": "DELIVERY"})),
    unknown("L10", "not known yet", Item(GROUP, {"retentionInDays": UNKNOWN}), at="retentionInDays"),
)
