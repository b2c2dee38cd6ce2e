"""R: resilience, and what has to be in every region."""

from typing import Any

from tests.policy.case import UNKNOWN, Case, Item, fails, not_applicable, passes, under, unknown
from tests.policy.cases._tables import OTHER, flags

TABLE = "aws:dynamodb/table:Table"
REPLICA = "aws:dynamodb/tableReplica:TableReplica"
CLUSTER = "aws:rds/cluster:Cluster"
GLOBAL_CLUSTER = "aws:rds/globalCluster:GlobalCluster"
MEMBER = "aws:rds/clusterInstance:ClusterInstance"
INSTANCE = "aws:rds/instance:Instance"
CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
BUCKET = "aws:s3/bucket:Bucket"
BUCKET_V2 = "aws:s3/bucketV2:BucketV2"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig"
LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
TRAIL = "aws:cloudtrail/trail:Trail"
SEARCH = "aws:opensearch/domain:Domain"
KAFKA = "aws:msk/cluster:Cluster"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
GROUP = "aws:autoscaling/group:Group"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
STARTER = {"profile": "starter"}
TWO = {"regions": [{"name": "eu-west-1"}, {"name": "us-east-1"}], "security": {"residency": ["eu-west-1"]}}
ONE = {"regions": [{"name": "eu-west-1"}]}
HERE = {"region": "eu-west-1"}


def _replicas(*replicas: dict[str, Any], name: str = "subject") -> Item:
    return Item(TABLE, {"replicas": list(replicas)}, name, provider=HERE)


def _on_replicas(control: str, prop: str) -> tuple[Case, ...]:
    return (
        passes(control, "on", _replicas({"regionName": "a", prop: True}, {"regionName": "b", prop: True})),
        passes(control, "apart", Item(REPLICA, {prop: True})),
        fails(control, "the second is off", _replicas({"regionName": "a", prop: UNKNOWN}, {"regionName": "b"}), at=f"replicas[1].{prop}"),
        fails(control, "apart and off", Item(REPLICA, {prop: False}), at=prop),
        not_applicable(control, "no replicas", Item(TABLE, {})),
        unknown(control, "not known yet", _replicas({"regionName": "a", prop: UNKNOWN}), at=prop),
    )


def _kept(control: str, token: str, prop: str) -> tuple[Case, ...]:
    """A flag that is asked for only where data outlives the stack."""
    return (*flags(control, token, prop), under(STARTER, not_applicable(control, "starter", Item(token, {prop: False}))))


def _member(zone: Any, name: str, *refs: str) -> Item:
    return Item(MEMBER, {"clusterIdentifier": UNKNOWN, "availabilityZone": zone}, name, {"clusterIdentifier": refs or ("subject",)})


def _versioning(status: Any, bucket: str = "subject") -> Item:
    return Item(VERSIONING, {"bucket": UNKNOWN, "versioningConfiguration": {"status": status}}, "versioning", {"bucket": (bucket,)})


def _replication(status: Any, source: str = "subject", *targets: str) -> Item:
    rules = [{"status": status, "destination": {"bucket": UNKNOWN}}]
    refs = {"bucket": (source,), "rules": targets}
    return Item(REPLICATION, {"bucket": UNKNOWN, "rules": rules, "role": "r"}, "replication", refs)


def _timed(status: str, time: Any) -> Item:
    return Item(REPLICATION, {"rules": [{"status": status, "destination": {"bucket": "b", "replicationTime": {"status": time}}}]})


def _trail(bucket: Any = UNKNOWN, *refs: str) -> Item:
    return Item(TRAIL, {"s3BucketName": bucket}, "trail", {"s3BucketName": refs} if refs else {})


def _search(**config: Any) -> Item:
    return Item(SEARCH, {"clusterConfig": config})


def _zones(count: Any, nodes: Any = 6) -> Item:
    return _search(zoneAwarenessEnabled=True, zoneAwarenessConfig={"availabilityZoneCount": count}, instanceCount=nodes)


def _brokers(subnets: Any, number: Any) -> Item:
    return Item(KAFKA, {"brokerNodeGroupInfo": {"clientSubnets": subnets}, "numberOfBrokerNodes": number})


def _groups(*members: int, criteria: Any = None) -> Item:
    groups = [
        {"failoverCriteria": criteria or {"statusCodes": [503]}, "members": [{"originId": f"o{n}"} for n in range(m)]} for m in members
    ]
    return Item(DISTRIBUTION, {"originGroups": groups})


def _origin(shield: Any) -> Item:
    return Item(DISTRIBUTION, {"origins": [{"originAccessControlId": UNKNOWN, "originShield": {"enabled": shield}}]})


CASES = (
    *flags("R1", TABLE, "pointInTimeRecovery.enabled"),
    *_on_replicas("R1.2", "pointInTimeRecovery"),
    *_kept("R2", TABLE, "deletionProtectionEnabled"),
    *_on_replicas("R2.2", "deletionProtectionEnabled"),
    under(STARTER, not_applicable("R2.2", "starter", _replicas({"regionName": "a"}))),
    under(TWO, passes("R3", "everywhere", _replicas({"regionName": "us-east-1"}))),
    under(
        TWO,
        passes(
            "R3",
            "replica apart",
            Item(TABLE, {}, provider=HERE),
            Item(REPLICA, {}, "replica", {"globalTableArn": ["subject"]}, provider={"region": "us-east-1"}),
        ),
    ),
    under(TWO, passes("R3", "personal data at home", _replicas(name="pii-subject"))),
    passes("R3", "as the config says", _replicas({"regionName": "us-east-1"}), regions=["eu-west-1", "us-east-1"]),
    under(TWO, fails("R3", "none", _replicas(), at="us-east-1")),
    under(TWO, fails("R3", "elsewhere", _replicas({"regionName": "us-west-2"}), at="replicas")),
    under(TWO, fails("R3", "personal data abroad", Item(TABLE, {}, "pii-subject", provider={"region": "us-east-1"}), at="eu-west-1")),
    under(ONE, not_applicable("R3", "one region", _replicas())),
    under(TWO, unknown("R3", "where not known yet", _replicas({"regionName": UNKNOWN}), at="replicas[0].regionName")),
    under(TWO, passes("R3.2", "at home", _replicas(name="pii-subject"))),
    under(TWO, fails("R3.2", "abroad", Item(BUCKET, {}, "pii-subject", provider={"region": "us-east-1"}), at="region")),
    under(TWO, fails("R3.2", "replica abroad", _replicas({"regionName": "us-east-1"}, name="pii-subject"), at="replicas[0].regionName")),
    under(
        TWO,
        fails(
            "R3.2", "secret abroad", Item("aws:secretsmanager/secret:Secret", {"replicas": [{"region": "us-east-1"}]}, "s"), resident=["s"]
        ),
    ),
    under(TWO, not_applicable("R3.2", "not personal", _replicas({"regionName": "us-east-1"}))),
    under(TWO, unknown("R3.2", "where not known yet", _replicas({"regionName": UNKNOWN}, name="pii-subject"), at="regionName")),
    *_kept("R4", CLUSTER, "deletionProtection"),
    *_kept("R4.2", GLOBAL_CLUSTER, "deletionProtection"),
    *_kept("R4.3", INSTANCE, "deletionProtection"),
    passes("R4.4", "named", Item(CLUSTER, {"finalSnapshotIdentifier": "last"})),
    fails("R4.4", "skipped", Item(INSTANCE, {"skipFinalSnapshot": True, "finalSnapshotIdentifier": "last"}), at="skipFinalSnapshot"),
    fails("R4.4", "unnamed", Item(CLUSTER, {"skipFinalSnapshot": False}), at="finalSnapshotIdentifier"),
    not_applicable("R4.4", "replica", Item(INSTANCE, {"replicateSourceDb": "primary", "skipFinalSnapshot": True})),
    under(STARTER, not_applicable("R4.4", "starter", Item(CLUSTER, {"skipFinalSnapshot": True}))),
    unknown("R4.4", "not known yet", Item(CLUSTER, {"skipFinalSnapshot": UNKNOWN}), at="skipFinalSnapshot"),
    passes("R5", "a week", Item(CLUSTER, {"backupRetentionPeriod": 7})),
    passes("R5", "absent", Item(INSTANCE, {"instanceClass": "c"})),
    fails("R5", "none", Item(INSTANCE, {"backupRetentionPeriod": 0}), at="backupRetentionPeriod"),
    fails("R5", "more than there is", Item(CLUSTER, {"backupRetentionPeriod": 36})),
    not_applicable("R5", "no database", OTHER),
    unknown("R5", "not known yet", Item(CLUSTER, {"backupRetentionPeriod": UNKNOWN})),
    passes("R5.2", "a week", Item(CLUSTER, {"backupRetentionPeriod": 7})),
    passes("R5.2", "as the config says", Item(CLUSTER, {"backupRetentionPeriod": 3}), days=3),
    fails("R5.2", "too short", Item(INSTANCE, {"backupRetentionPeriod": 6}), at="backupRetentionPeriod"),
    fails("R5.2", "absent", Item(CLUSTER, {})),
    not_applicable("R5.2", "replica", Item(INSTANCE, {"replicateSourceDb": "primary"})),
    unknown("R5.2", "not known yet", Item(CLUSTER, {"backupRetentionPeriod": UNKNOWN})),
    passes("R6", "two zones", Item(CLUSTER, {}), _member("eu-west-1a", "m1"), _member("eu-west-1b", "m2")),
    passes("R6", "AWS places them", Item(CLUSTER, {}), _member(None, "m1"), _member(None, "m2")),
    fails("R6", "one", Item(CLUSTER, {}), _member("eu-west-1a", "m1")),
    fails("R6", "one zone", Item(CLUSTER, {}), _member("eu-west-1a", "m1"), _member("eu-west-1a", "m2")),
    fails("R6", "another's", Item(CLUSTER, {}), Item(CLUSTER, {}, "other"), _member("a", "m1", "other"), _member("b", "m2", "other")),
    not_applicable("R6", "Multi-AZ cluster", Item(CLUSTER, {"dbClusterInstanceClass": "db.m6gd.large"})),
    not_applicable("R6", "serverless", Item(CLUSTER, {"engineMode": "serverless"})),
    unknown("R6", "zone not known yet", Item(CLUSTER, {}), _member(UNKNOWN, "m1"), _member("eu-west-1a", "m2"), at="availabilityZone"),
    *flags("R6.2", INSTANCE, "multiAz"),
    *flags("R7", CACHE, "automaticFailoverEnabled"),
    *flags("R7.2", CACHE, "multiAzEnabled"),
    passes("R8", "split", Item(BUCKET, {}), _versioning("Enabled")),
    passes("R8", "inside", Item(BUCKET, {"versioning": {"enabled": True}})),
    passes("R8", "inside the older twin", Item(BUCKET_V2, {"versionings": [{"enabled": True}]})),
    fails("R8", "none", Item(BUCKET, {})),
    fails("R8", "suspended", Item(BUCKET, {}), _versioning("Suspended")),
    fails("R8", "off inside", Item(BUCKET_V2, {"versionings": [{"enabled": False}]})),
    fails("R8", "another's", Item(BUCKET, {}), Item(BUCKET, {}, "other"), _versioning("Enabled", "other")),
    not_applicable("R8", "no bucket", OTHER),
    unknown("R8", "not known yet", Item(BUCKET, {}), _versioning(UNKNOWN), at="status"),
    passes("R8.2", "split", Item(BUCKET, {}), _replication("Enabled")),
    passes("R8.2", "inside", Item(BUCKET, {"replicationConfiguration": {"role": "r", "rules": [{"status": "Enabled"}]}})),
    passes("R8.2", "inside the older twin", Item(BUCKET_V2, {"replicationConfigurations": [{"rules": [{"status": "Enabled"}]}]})),
    fails("R8.2", "none", Item(BUCKET, {})),
    under(TWO, fails("R8.2", "none in two regions", Item(BUCKET, {}))),
    fails("R8.2", "disabled", Item(BUCKET, {}), _replication("Disabled")),
    fails("R8.2", "another's", Item(BUCKET, {}), Item(BUCKET, {}, "a"), Item(BUCKET, {}, "b"), _replication("Enabled", "a", "b")),
    not_applicable("R8.2", "the copy", Item(BUCKET, {}), Item(BUCKET, {}, "source"), _replication("Enabled", "source", "subject")),
    fails("R8.2", "a copy that is not made", Item(BUCKET, {}), Item(BUCKET, {}, "source"), _replication("Disabled", "source", "subject")),
    under(ONE, not_applicable("R8.2", "one region", Item(BUCKET, {}))),
    unknown("R8.2", "not known yet", Item(BUCKET, {}), _replication(UNKNOWN), at="status"),
    passes("R8.3", "limited", _timed("Enabled", "Enabled")),
    passes("R8.3", "rule is off", _timed("Disabled", "Disabled")),
    fails("R8.3", "unlimited", _timed("Enabled", "Disabled"), at="rules[0].destination.replicationTime"),
    fails("R8.3", "not stated", Item(REPLICATION, {"rules": [{"status": "Enabled"}]})),
    not_applicable("R8.3", "no replication", OTHER),
    unknown("R8.3", "not known yet", _timed("Enabled", UNKNOWN), at="replicationTime.status"),
    passes(
        "R8.4", "locked", Item(BUCKET, {}), _trail(UNKNOWN, "subject"), Item(LOCK, {"bucket": UNKNOWN}, "lock", {"bucket": ["subject"]})
    ),
    passes("R8.4", "locked inside", Item(BUCKET, {"objectLockEnabled": True}), _trail(UNKNOWN, "subject")),
    fails("R8.4", "not locked", Item(BUCKET, {"bucket": "b"}), _trail("b")),
    not_applicable("R8.4", "no trail writes to it", Item(BUCKET, {"bucket": "b"}), _trail("c")),
    unknown("R8.4", "where the trail writes not known yet", Item(BUCKET, {"bucket": "b"}), _trail(), at="trail.s3BucketName"),
    passes("R8.5", "years", Item(LOCK, {"rule": {"defaultRetention": {"mode": "COMPLIANCE", "years": 1}}})),
    fails("R8.5", "no rule", Item(LOCK, {"bucket": "b"}), at="defaultRetention"),
    fails("R8.5", "no days", Item(LOCK, {"rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 0}}})),
    not_applicable("R8.5", "no lock", OTHER),
    unknown("R8.5", "not known yet", Item(LOCK, {"rule": {"defaultRetention": {"days": UNKNOWN}}}), at="days"),
    passes("R9", "three", _search(dedicatedMasterCount=3, zoneAwarenessEnabled=True)),
    fails("R9", "two", _search(dedicatedMasterCount=2, zoneAwarenessEnabled=True), at="clusterConfig"),
    fails("R9", "one zone", _search(dedicatedMasterCount=3, zoneAwarenessEnabled=False)),
    fails("R9", "one zone beside an unknown", _search(dedicatedMasterCount=UNKNOWN)),
    fails("R9", "older twin", Item("aws:elasticsearch/domain:Domain", {})),
    not_applicable("R9", "no domain", OTHER),
    unknown("R9", "not known yet", _search(dedicatedMasterCount=UNKNOWN, zoneAwarenessEnabled=True), at="dedicatedMasterCount"),
    passes("R9.2", "three", _zones(3)),
    passes("R9.2", "with standby", _search(multiAzWithStandbyEnabled=True)),
    fails("R9.2", "two", _zones(2), at="zoneAwarenessConfig"),
    fails("R9.2", "default", _search(zoneAwarenessEnabled=True, instanceCount=3)),
    fails("R9.2", "too few nodes", _zones(3, 2), at="instanceCount"),
    not_applicable("R9.2", "no domain", OTHER),
    unknown("R9.2", "not known yet", _zones(UNKNOWN), at="availabilityZoneCount"),
    *flags("R9.3", SEARCH, "clusterConfig.dedicatedMasterEnabled"),
    passes("R9.4", "even", _brokers([UNKNOWN, UNKNOWN, UNKNOWN], 6)),
    fails("R9.4", "uneven", _brokers(["a", "b", "c"], 4), at="numberOfBrokerNodes"),
    fails("R9.4", "one zone", _brokers(["a"], 3), at="clientSubnets"),
    not_applicable("R9.4", "serverless", Item("aws:msk/serverlessCluster:ServerlessCluster", {})),
    unknown("R9.4", "subnets not known yet", _brokers(UNKNOWN, 3), at="clientSubnets"),
    *_kept("R10", BALANCER, "enableDeletionProtection"),
    *flags("R10", "aws:alb/loadBalancer:LoadBalancer", "enableDeletionProtection"),
    passes("R10.2", "two", Item(BALANCER, {"subnets": [UNKNOWN, UNKNOWN]})),
    passes("R10.2", "mappings", Item("aws:alb/loadBalancer:LoadBalancer", {"subnetMappings": [{"subnetId": "a"}, {"subnetId": "b"}]})),
    fails("R10.2", "one", Item(BALANCER, {"subnets": ["a"]}), at="subnets"),
    fails("R10.2", "none", Item(BALANCER, {})),
    not_applicable("R10.2", "no balancer", OTHER),
    unknown("R10.2", "not known yet", Item(BALANCER, {"subnets": UNKNOWN}), at="subnets"),
    passes("R10.3", "two", Item(GROUP, {"vpcZoneIdentifiers": [UNKNOWN, UNKNOWN]})),
    passes("R10.3", "zones", Item(GROUP, {"availabilityZones": ["a", "b"]})),
    fails("R10.3", "one", Item(GROUP, {"vpcZoneIdentifiers": ["a"]}), at="vpcZoneIdentifiers"),
    not_applicable("R10.3", "no group", OTHER),
    unknown("R10.3", "not known yet", Item(GROUP, {"vpcZoneIdentifiers": UNKNOWN})),
    passes("R11", "two", _groups(2)),
    fails("R11", "no group", Item(DISTRIBUTION, {}), at="originGroups"),
    fails("R11", "one member", _groups(2, 1), at="originGroups[1].members"),
    fails(
        "R11",
        "no criteria",
        Item(DISTRIBUTION, {"originGroups": [{"members": [{"originId": "a"}, {"originId": "b"}]}]}),
        at="failoverCriteria",
    ),
    not_applicable("R11", "no distribution", OTHER),
    unknown("R11", "not known yet", _groups(2, criteria=UNKNOWN), at="failoverCriteria"),
    passes("R11.2", "shielded", _origin(True)),
    fails("R11.2", "off", _origin(False), at="origins[0].originShield"),
    fails("R11.2", "by the older identity", Item(DISTRIBUTION, {"origins": [{"s3OriginConfig": {"originAccessIdentity": "i"}}]})),
    not_applicable("R11.2", "no bucket", Item(DISTRIBUTION, {"origins": [{"customOriginConfig": {"httpPort": 80}}]})),
    under(STARTER, not_applicable("R11.2", "starter", _origin(False))),
    unknown("R11.2", "not known yet", _origin(UNKNOWN), at="enabled"),
)
