"""T: encryption in transit."""

import json
from typing import Any

from tests.policy.case import UNKNOWN, Item, fails, not_applicable, passes, secret, unknown

POLICY = "aws:s3/bucketPolicy:BucketPolicy"
BUCKET = "aws:s3/bucket:Bucket"
OTHER = Item(BUCKET, {})
"""A resource of another type than most controls judge."""
DENY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
LISTENER = "aws:lb/listener:Listener"
GROUP = "aws:lb/targetGroup:TargetGroup"
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
SEARCH = "aws:opensearch/domain:Domain"
ELASTIC = "aws:elasticsearch/domain:Domain"
KAFKA = "aws:msk/cluster:Cluster"
CLUSTER_PARAMETERS = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
PARAMETERS = "aws:rds/parameterGroup:ParameterGroup"
AURORA = "aws:rds/cluster:Cluster"
API_DOMAIN = "aws:apigateway/domainName:DomainName"
API_DOMAIN_V2 = "aws:apigatewayv2/domainName:DomainName"


def _policy(*statements: dict[str, Any]) -> Item:
    return Item(POLICY, {"bucket": "b", "policy": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})})


def _distribution(**props: Any) -> Item:
    return Item("aws:cloudfront/distribution:Distribution", {"enabled": True, **props})


def _viewers(default: str | None, *ordered: str | None) -> Item:
    return _distribution(
        defaultCacheBehavior={"viewerProtocolPolicy": default},
        orderedCacheBehaviors=[{"pathPattern": f"/{index}", "viewerProtocolPolicy": policy} for index, policy in enumerate(ordered)],
    )


def _origin(viewers: str = "https-only", **config: Any) -> Item:
    return _distribution(
        origins=[
            {"originId": "s3", "domainName": "b.s3.amazonaws.com"},
            {"originId": "o", "domainName": "o", "customOriginConfig": config},
        ],
        defaultCacheBehavior={"viewerProtocolPolicy": viewers},
    )


S3_ORIGIN = _distribution(origins=[{"originId": "s3", "domainName": "b.s3.amazonaws.com"}])


def _listener(type_: str = LISTENER, **props: Any) -> Item:
    return Item(type_, {"loadBalancerArn": "arn:lb", "port": 443, **props})


def _redirect(**to: Any) -> dict[str, Any]:
    return {"protocol": "HTTP", "port": 80, "defaultActions": [{"type": "redirect", "redirect": {"statusCode": "HTTP_301", **to}}]}


def _behind(protocol: Any) -> Item:
    actions = [{"type": "forward", "targetGroupArn": UNKNOWN}]
    props = {"loadBalancerArn": "arn:lb", "port": 1, "protocol": protocol, "defaultActions": actions}
    return Item(LISTENER, props, "listener", {"defaultActions": ["subject"]})


def _domain(type_: str = SEARCH, **props: Any) -> Item:
    return Item(type_, props)


def _endpoint(type_: str = SEARCH, **options: Any) -> Item:
    return Item(type_, {"domainEndpointOptions": options})


def _nodes(count: Any, enabled: Any = None, type_: str = SEARCH) -> Item:
    props: dict[str, Any] = {"clusterConfig": {"instanceCount": count}}
    return Item(type_, props if enabled is None else {**props, "nodeToNodeEncryption": {"enabled": enabled}})


def _kafka(**transit: Any) -> Item:
    return Item(KAFKA, {"encryptionInfo": {"encryptionInTransit": transit}})


def _parameters(family: Any, *pairs: tuple[Any, Any], type_: str = CLUSTER_PARAMETERS) -> Item:
    return Item(type_, {"family": family, "parameters": [{"name": name, "value": value} for name, value in pairs]})


def _mounts(*modes: Any) -> Item:
    volumes = [
        {"name": f"v{index}", "efsVolumeConfiguration": {"fileSystemId": "fs", "transitEncryption": mode}}
        for index, mode in enumerate(modes)
    ]
    return Item(
        "aws:ecs/taskDefinition:TaskDefinition", {"family": "f", "containerDefinitions": "[]", "volumes": [{"name": "scratch"}, *volumes]}
    )


CASES = (
    passes("T1", "both kinds", _viewers("redirect-to-https", "https-only")),
    fails("T1", "default", _viewers("allow-all"), at="defaultCacheBehavior.viewerProtocolPolicy"),
    fails("T1", "second, beside an unknown", _viewers("https-only", UNKNOWN, "allow-all"), at="orderedCacheBehaviors[1]"),
    fails("T1", "missing", _viewers(None)),
    not_applicable("T1", "another type", OTHER),
    unknown("T1", "not known yet", _viewers(UNKNOWN), at="viewerProtocolPolicy"),
    passes("T2", "1.2", _distribution(viewerCertificate={"acmCertificateArn": "arn:c", "minimumProtocolVersion": "TLSv1.2_2021"})),
    fails(
        "T2",
        "1.1",
        _distribution(viewerCertificate={"acmCertificateArn": "arn:c", "minimumProtocolVersion": "TLSv1.1_2016"}),
        at="minimumProtocolVersion",
    ),
    fails("T2", "CloudFront's own", _distribution(viewerCertificate={"cloudfrontDefaultCertificate": True})),
    fails("T2", "no certificate", _distribution()),
    fails(
        "T2",
        "a minimum that CloudFront ignores",
        _distribution(viewerCertificate={"cloudfrontDefaultCertificate": True, "minimumProtocolVersion": "TLSv1.2_2021"}),
        at="cloudfrontDefaultCertificate",
    ),
    not_applicable("T2", "another type", OTHER),
    unknown("T2", "not known yet", _distribution(viewerCertificate={"minimumProtocolVersion": UNKNOWN}), at="minimumProtocolVersion"),
    passes("T2.2", "from ACM", _distribution(viewerCertificate={"acmCertificateArn": "arn:c"})),
    passes("T2.2", "from IAM", _distribution(viewerCertificate={"iamCertificateId": "c"})),
    fails("T2.2", "CloudFront's own", _distribution(viewerCertificate={"cloudfrontDefaultCertificate": True}), at="viewerCertificate"),
    not_applicable("T2.2", "another type", OTHER),
    unknown("T2.2", "ARN not known yet", _distribution(viewerCertificate={"acmCertificateArn": UNKNOWN}), at="acmCertificateArn"),
    passes("T3", "https-only", _origin(originProtocolPolicy="https-only")),
    passes("T3", "as the viewer, who uses HTTPS", _origin(originProtocolPolicy="match-viewer")),
    passes("T3", "S3 alone", S3_ORIGIN),
    fails("T3", "http-only", _origin(originProtocolPolicy="http-only"), at="origins[1].customOriginConfig.originProtocolPolicy"),
    fails("T3", "as the viewer, who may use HTTP", _origin("allow-all", originProtocolPolicy="match-viewer")),
    not_applicable("T3", "another type", OTHER),
    unknown("T3", "not known yet", _origin(originProtocolPolicy=UNKNOWN), at="originProtocolPolicy"),
    unknown("T3", "as the viewer, whose protocol is not known yet", _origin(UNKNOWN, originProtocolPolicy="match-viewer")),
    passes("T3.2", "1.2 alone", _origin(originSslProtocols=["TLSv1.2"])),
    passes("T3.2", "1.0 is T3.3's", _origin(originSslProtocols=["TLSv1"])),
    fails("T3.2", "SSLv3 beside an unknown", _origin(originSslProtocols=[UNKNOWN, "SSLv3"]), at="originSslProtocols"),
    not_applicable("T3.2", "S3 alone", S3_ORIGIN),
    unknown("T3.2", "not known yet", _origin(originSslProtocols=UNKNOWN), at="originSslProtocols"),
    passes("T3.3", "1.2 alone", _origin(originSslProtocols=["TLSv1.2"])),
    fails("T3.3", "1.1", _origin(originSslProtocols=["TLSv1.2", "TLSv1.1"]), at="originSslProtocols[1]"),
    fails("T3.3", "1.0", _origin(originSslProtocols=["TLSv1"])),
    not_applicable("T3.3", "S3 alone", S3_ORIGIN),
    unknown("T3.3", "not known yet", _origin(originSslProtocols=[UNKNOWN]), at="originSslProtocols[0]"),
    passes("T4", "HTTPS", _listener(protocol="HTTPS")),
    passes("T4", "TLS", _listener(protocol="TLS")),
    passes("T4", "TCP", _listener(protocol="TCP")),
    passes("T4", "redirects", _listener(**_redirect(protocol="HTTPS", port="443"))),
    fails("T4", "HTTP", _listener(protocol="HTTP"), at="protocol"),
    fails("T4", "of the older name", _listener("aws:alb/listener:Listener", protocol="HTTP")),
    fails("T4", "HTTP by default", _listener()),
    fails("T4", "redirects to HTTP", _listener(**_redirect(port="8080"))),
    fails("T4", "forwards", _listener(protocol="HTTP", defaultActions=[{"type": "forward", "targetGroupArn": UNKNOWN}])),
    not_applicable("T4", "gateway load balancer", Item(LISTENER, {"loadBalancerArn": "arn:lb"})),
    unknown("T4", "protocol not known yet", _listener(protocol=UNKNOWN), at="protocol"),
    unknown("T4", "where to is not known yet", _listener(**_redirect(protocol=UNKNOWN)), at="redirect.protocol"),
    passes("T5", "1.3", _listener(protocol="HTTPS", sslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06")),
    passes("T5", "forward secrecy", _listener(protocol="TLS", sslPolicy="ELBSecurityPolicy-FS-1-2-Res-2020-10")),
    passes("T5", "1.2", _listener(protocol="HTTPS", sslPolicy="ELBSecurityPolicy-TLS-1-2-2017-01")),
    passes("T5", "UDP", _listener(protocol="UDP")),
    passes("T5", "redirects", _listener(**_redirect(protocol="HTTPS"))),
    fails("T5", "1.1", _listener(protocol="HTTPS", sslPolicy="ELBSecurityPolicy-TLS-1-1-2017-01"), at="sslPolicy"),
    fails("T5", "default", _listener(protocol="TLS"), at="sslPolicy"),
    fails("T5", "no TLS at all", _listener(protocol="HTTP"), at="protocol"),
    fails("T5", "of the older name", _listener("aws:alb/listener:Listener", protocol="HTTPS", sslPolicy="ELBSecurityPolicy-2016-08")),
    not_applicable("T5", "gateway load balancer", Item(LISTENER, {"loadBalancerArn": "arn:lb"})),
    unknown("T5", "policy not known yet", _listener(protocol="HTTPS", sslPolicy=UNKNOWN), at="sslPolicy"),
    passes("T5.2", "1.2", _listener(protocol="HTTPS", sslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06")),
    fails("T5.2", "1.0", _listener(protocol="HTTPS", sslPolicy="ELBSecurityPolicy-TLS13-1-0-2021-06"), at="sslPolicy"),
    fails("T5.2", "1.1", _listener(protocol="HTTPS", sslPolicy="ELBSecurityPolicy-TLS13-1-1-2021-06")),
    not_applicable("T5.2", "no TLS", _listener(protocol="TCP")),
    unknown("T5.2", "policy not known yet", _listener(protocol="HTTPS", sslPolicy=UNKNOWN), at="sslPolicy"),
    passes("T6", "HTTPS", Item(GROUP, {"protocol": "HTTPS"})),
    passes("T6", "a function, which has no protocol", Item(GROUP, {"targetType": "lambda"})),
    passes("T6", "behind TLS", Item(GROUP, {"protocol": "HTTP"}), _behind("HTTPS")),
    fails("T6", "behind nothing", Item(GROUP, {"protocol": "HTTP"}), at="protocol"),
    fails("T6", "behind HTTP", Item("aws:alb/targetGroup:TargetGroup", {"protocol": "HTTP"}), _behind("HTTP")),
    not_applicable("T6", "another type", OTHER),
    unknown("T6", "protocol not known yet", Item(GROUP, {"protocol": UNKNOWN}), at="protocol"),
    unknown("T6", "listener not known yet", Item(GROUP, {"protocol": "HTTP"}), _behind(UNKNOWN), at="protocol"),
    passes("T7", "denied", _policy(DENY)),
    passes("T7", "principal as an object", _policy({**DENY, "Principal": {"AWS": "*"}})),
    passes("T7", "one pattern for both", _policy({**DENY, "Resource": "arn:aws:s3:::b*"})),
    passes("T7", "as an object", Item(POLICY, {"bucket": "b", "policy": {"Statement": DENY}})),
    passes("T7", "beside a statement that is not known yet", Item(POLICY, {"bucket": "b", "policy": {"Statement": [UNKNOWN, DENY]}})),
    fails("T7", "no statement", _policy(), at="policy"),
    fails("T7", "allows instead", _policy({**DENY, "Effect": "Allow"})),
    fails("T7", "reads alone", _policy({**DENY, "Action": "s3:GetObject"})),
    fails("T7", "the bucket without its objects", _policy({**DENY, "Resource": "arn:aws:s3:::b"})),
    fails("T7", "the objects without their bucket", _policy({**DENY, "Resource": "arn:aws:s3:::b/*"})),
    fails("T7", "one principal", _policy({**DENY, "Principal": {"AWS": "arn:aws:iam::111122223333:root"}})),
    fails("T7", "denies TLS", _policy({**DENY, "Condition": {"Bool": {"aws:SecureTransport": "true"}}})),
    fails(
        "T7",
        "narrowed by a second condition",
        _policy({**DENY, "Condition": {**DENY["Condition"], "StringEquals": {"aws:PrincipalOrgID": "o-1"}}}),
    ),
    not_applicable("T7", "another type", Item("aws:s3/bucket:Bucket", {})),
    unknown("T7", "one ARN makes the text unknown", Item(POLICY, {"bucket": "b", "policy": UNKNOWN}), at="policy"),
    unknown("T7", "secret", Item(POLICY, {"bucket": "b", "policy": secret(json.dumps({"Statement": [DENY]}))}), at="policy is secret"),
    passes("T7.2", "attached", OTHER, Item(POLICY, {"bucket": UNKNOWN, "policy": UNKNOWN}, "policy", {"bucket": ["subject"]})),
    passes("T7.2", "inside", Item("aws:s3/bucketV2:BucketV2", {"policy": "{}"})),
    fails("T7.2", "none", OTHER),
    fails(
        "T7.2", "another bucket's", OTHER, Item(BUCKET, {}, "b"), Item(POLICY, {"bucket": UNKNOWN, "policy": "{}"}, "p", {"bucket": ["b"]})
    ),
    not_applicable("T7.2", "no bucket", Item(POLICY, {"bucket": "b", "policy": "{}"})),
    unknown("T7.2", "whose is not known yet", OTHER, Item(POLICY, {"bucket": UNKNOWN, "policy": "{}"}, "policy"), at="policy.bucket"),
    passes("T8", "on", Item(CACHE, {"transitEncryptionEnabled": True})),
    fails("T8", "off", Item(CACHE, {"transitEncryptionEnabled": False}), at="transitEncryptionEnabled"),
    fails("T8", "missing", Item(CACHE, {})),
    not_applicable("T8", "another type", OTHER),
    unknown("T8", "not known yet", Item(CACHE, {"transitEncryptionEnabled": UNKNOWN}), at="transitEncryptionEnabled"),
    passes("T8.2", "users", Item(CACHE, {"userGroupIds": ["g"]})),
    passes("T8.2", "a secret token", Item(CACHE, {"authToken": secret("t")})),
    fails("T8.2", "neither", Item(CACHE, {"userGroupIds": []}), at="userGroupIds"),
    not_applicable("T8.2", "another type", OTHER),
    unknown("T8.2", "not known yet", Item(CACHE, {"userGroupIds": UNKNOWN}), at="userGroupIds"),
    passes("T8.3", "required", Item(CACHE, {"transitEncryptionEnabled": True, "transitEncryptionMode": "required"})),
    passes("T8.3", "required by default", Item(CACHE, {"transitEncryptionEnabled": True})),
    fails(
        "T8.3",
        "preferred",
        Item(CACHE, {"transitEncryptionEnabled": True, "transitEncryptionMode": "preferred"}),
        at="transitEncryptionMode",
    ),
    not_applicable("T8.3", "nothing encrypted", Item(CACHE, {"transitEncryptionMode": "preferred"})),
    unknown("T8.3", "mode not known yet", Item(CACHE, {"transitEncryptionEnabled": True, "transitEncryptionMode": UNKNOWN})),
    passes("T9", "on", _nodes(3, enabled=True)),
    fails("T9", "off", _nodes(2, enabled=False), at="nodeToNodeEncryption.enabled"),
    fails("T9", "missing, of the older name", _nodes(3, type_=ELASTIC)),
    not_applicable("T9", "one node", _nodes(1)),
    not_applicable("T9", "one node by default", _domain()),
    unknown("T9", "count not known yet", _nodes(UNKNOWN), at="instanceCount"),
    passes("T9.2", "on", _nodes(1, enabled=True)),
    fails("T9.2", "missing", _domain(), at="nodeToNodeEncryption.enabled"),
    fails("T9.2", "off, of the older name", _nodes(1, enabled=False, type_=ELASTIC)),
    not_applicable("T9.2", "several nodes", _nodes(3)),
    unknown("T9.2", "not known yet", _nodes(1, enabled=UNKNOWN), at="enabled"),
    passes("T9.3", "on", _endpoint(enforceHttps=True)),
    passes("T9.3", "on by default", _endpoint(tlsSecurityPolicy="x")),
    passes("T9.3", "no options, which is T9.4's", _domain()),
    fails("T9.3", "off", _endpoint(enforceHttps=False), at="domainEndpointOptions.enforceHttps"),
    fails("T9.3", "off, of the older name", _endpoint(ELASTIC, enforceHttps=False)),
    not_applicable("T9.3", "another type", OTHER),
    unknown("T9.3", "not known yet", _endpoint(enforceHttps=UNKNOWN), at="enforceHttps"),
    passes("T9.4", "options", _endpoint(enforceHttps=True)),
    fails("T9.4", "none", _domain(), at="domainEndpointOptions"),
    fails("T9.4", "none, of the older name", _domain(ELASTIC)),
    not_applicable("T9.4", "another type", OTHER),
    unknown("T9.4", "not known yet", _domain(domainEndpointOptions=UNKNOWN), at="domainEndpointOptions"),
    passes("T9.5", "1.2", _endpoint(ELASTIC, tlsSecurityPolicy="Policy-Min-TLS-1-2-2019-07")),
    passes("T9.5", "forward secrecy", _endpoint(tlsSecurityPolicy="Policy-Min-TLS-1-2-PFS-2023-10")),
    fails("T9.5", "1.0", _endpoint(tlsSecurityPolicy="Policy-Min-TLS-1-0-2019-07"), at="tlsSecurityPolicy"),
    fails("T9.5", "missing", _domain()),
    not_applicable("T9.5", "another type", OTHER),
    unknown("T9.5", "not known yet", _endpoint(tlsSecurityPolicy=UNKNOWN), at="tlsSecurityPolicy"),
    passes("T10", "TLS", _kafka(clientBroker="TLS", inCluster=True)),
    passes("T10", "TLS by default", Item(KAFKA, {"encryptionInfo": {"encryptionAtRestKmsKeyArn": "arn:k"}})),
    passes("T10", "nothing said, which is E9's", Item(KAFKA, {})),
    fails("T10", "clients choose", _kafka(clientBroker="TLS_PLAINTEXT"), at="clientBroker"),
    fails("T10", "brokers in clear, beside an unknown", _kafka(clientBroker=UNKNOWN, inCluster=False), at="inCluster"),
    not_applicable("T10", "another type", OTHER),
    unknown("T10", "not known yet", _kafka(clientBroker=UNKNOWN), at="clientBroker"),
    passes("T11", "1.2", Item(API_DOMAIN, {"domainName": "d", "securityPolicy": "TLS_1_2"})),
    passes("T11", "1.3", Item(API_DOMAIN, {"domainName": "d", "securityPolicy": "SecurityPolicy_TLS13_1_3_2025_09"})),
    passes("T11", "v2", Item(API_DOMAIN_V2, {"domainName": "d", "domainNameConfiguration": {"securityPolicy": "TLS_1_2"}})),
    passes("T11", "1.2 alone", Item(API_DOMAIN, {"domainName": "d", "securityPolicy": "SecurityPolicy_TLS12_PFS_2025_EDGE"})),
    fails("T11", "1.0 beside 1.3", Item(API_DOMAIN, {"domainName": "d", "securityPolicy": "SecurityPolicy_TLS13_1_0_2021_06"})),
    fails("T11", "1.0", Item(API_DOMAIN, {"domainName": "d", "securityPolicy": "TLS_1_0"}), at="securityPolicy"),
    fails("T11", "missing", Item(API_DOMAIN, {"domainName": "d"})),
    fails("T11", "v2, missing", Item(API_DOMAIN_V2, {"domainName": "d", "domainNameConfiguration": {}}), at="domainNameConfiguration"),
    not_applicable("T11", "another type", OTHER),
    unknown("T11", "not known yet", Item(API_DOMAIN, {"domainName": "d", "securityPolicy": UNKNOWN}), at="securityPolicy"),
    passes("T12", "on", _parameters("aurora-postgresql16", ("rds.force_ssl", "1"))),
    passes("T12", "on, after an unknown one", _parameters("postgres16", (UNKNOWN, UNKNOWN), ("rds.force_ssl", 1), type_=PARAMETERS)),
    fails("T12", "off", _parameters("aurora-postgresql16", ("rds.force_ssl", "0")), at="parameters"),
    fails("T12", "missing", _parameters("sqlserver-se-16.0", ("other", "1"), type_=PARAMETERS)),
    not_applicable("T12", "MySQL", _parameters("aurora-mysql8.0")),
    not_applicable("T12", "an instance of Aurora", _parameters("aurora-postgresql16", type_=PARAMETERS)),
    unknown("T12", "not known yet", _parameters("postgres16", ("rds.force_ssl", UNKNOWN)), at="value"),
    passes("T12.2", "on", _parameters("aurora-mysql8.0", ("require_secure_transport", "ON"))),
    fails("T12.2", "off", _parameters("mariadb10.11", ("require_secure_transport", "OFF"), type_=PARAMETERS), at="parameters"),
    fails("T12.2", "missing", _parameters("mysql8.0")),
    not_applicable("T12.2", "Postgres", _parameters("postgres16")),
    not_applicable("T12.2", "an instance of Aurora", _parameters("aurora-mysql8.0", type_=PARAMETERS)),
    unknown("T12.2", "not known yet", _parameters("mysql8.0", ("require_secure_transport", UNKNOWN)), at="value"),
    passes("T12.3", "own", Item(AURORA, {"engine": "aurora-postgresql", "dbClusterParameterGroupName": "mine"})),
    fails("T12.3", "none", Item(AURORA, {"engine": "aurora-postgresql"}), at="dbClusterParameterGroupName"),
    fails("T12.3", "default", Item(AURORA, {"engine": "aurora-mysql", "dbClusterParameterGroupName": "default.aurora-mysql8.0"})),
    not_applicable("T12.3", "not Aurora", Item(AURORA, {"engine": "postgres"})),
    unknown("T12.3", "not known yet", Item(AURORA, {"engine": "aurora-mysql", "dbClusterParameterGroupName": UNKNOWN})),
    passes("T13", "on", _mounts("ENABLED")),
    fails("T13", "off", _mounts("ENABLED", "DISABLED"), at="volumes[2].efsVolumeConfiguration.transitEncryption"),
    fails("T13", "missing beside an unknown", _mounts(UNKNOWN, None)),
    not_applicable("T13", "no file system", _mounts()),
    unknown("T13", "not known yet", _mounts(UNKNOWN), at="transitEncryption"),
    passes("T14", "on", _parameters("redshift-1.0", ("require_ssl", "true"), type_="aws:redshift/parameterGroup:ParameterGroup")),
    fails(
        "T14",
        "off",
        _parameters("redshift-1.0", ("require_ssl", "false"), type_="aws:redshift/parameterGroup:ParameterGroup"),
        at="parameters",
    ),
    fails("T14", "missing", Item("aws:redshift/parameterGroup:ParameterGroup", {"family": "redshift-1.0"})),
    not_applicable("T14", "another type", OTHER),
    unknown(
        "T14", "not known yet", _parameters("redshift-1.0", ("require_ssl", UNKNOWN), type_="aws:redshift/parameterGroup:ParameterGroup")
    ),
)
