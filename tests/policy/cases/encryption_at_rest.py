"""E: encryption at rest."""

from typing import Any

from tests.policy.case import UNKNOWN, Item, fails, not_applicable, passes, secret, under, unknown
from tests.policy.cases._tables import flags, named

BUCKET = "aws:s3/bucket:Bucket"
BUCKET_V2 = "aws:s3/bucketV2:BucketV2"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"

TABLE = "aws:dynamodb/table:Table"
CLUSTER = "aws:rds/cluster:Cluster"
GLOBAL_CLUSTER = "aws:rds/globalCluster:GlobalCluster"
INSTANCE = "aws:rds/instance:Instance"
STREAM = "aws:kinesis/stream:Stream"
FIREHOSE = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
KAFKA = "aws:msk/cluster:Cluster"
QUEUE = "aws:sqs/queue:Queue"
SERVER = "aws:ec2/instance:Instance"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
REPOSITORY = "aws:ecr/repository:Repository"
EKS = "aws:eks/cluster:Cluster"
SECRET = "aws:secretsmanager/secret:Secret"
FUNCTION = "aws:lambda/function:Function"
WORKGROUP = "aws:athena/workgroup:Workgroup"
GLUE = "aws:glue/securityConfiguration:SecurityConfiguration"
KMS_KEY = "aws:kms/key:Key"
METHODS = "aws:apigateway/methodSettings:MethodSettings"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/k"
FROM_STREAM = {"kinesisSourceConfiguration": {"kinesisStreamArn": "arn:aws:kinesis:eu-west-1:111122223333:stream/s", "roleArn": "arn"}}


def _rule(algorithm: str, **rule: object) -> dict[str, object]:
    return {"applyServerSideEncryptionByDefault": {"sseAlgorithm": algorithm}, **rule}


def _split(*rules: dict[str, object], bucket: str = UNKNOWN, refs: bool = True) -> Item:
    return Item(ENCRYPTION, {"bucket": bucket, "rules": list(rules)}, "sse", {"bucket": ["subject"]} if refs else {})


def _v2(algorithm: str) -> Item:
    rule = {"applyServerSideEncryptionByDefaults": [{"sseAlgorithm": algorithm}]}
    return Item(BUCKET_V2, {"serverSideEncryptionConfigurations": [{"rules": [rule]}]})


def _table(**sse: Any) -> Item:
    return Item(TABLE, {"serverSideEncryption": sse})


def _replicas(*replicas: dict[str, Any]) -> Item:
    return Item(TABLE, {"replicas": list(replicas)})


def _delivery(**sse: Any) -> Item:
    return Item(FIREHOSE, {"serverSideEncryption": sse})


def _disks(*encrypted: Any) -> Item:
    return Item(TEMPLATE, {"blockDeviceMappings": [{"ebs": {"encrypted": value}} for value in encrypted]})


def _results(option: Any) -> dict[str, Any]:
    return {"configuration": {"resultConfiguration": {"encryptionConfiguration": {"encryptionOption": option}}}}


def _glue(**overrides: Any) -> Item:
    kinds = {
        "cloudwatchEncryption": {"cloudwatchEncryptionMode": "SSE-KMS", "kmsKeyArn": KEY},
        "jobBookmarksEncryption": {"jobBookmarksEncryptionMode": "CSE-KMS", "kmsKeyArn": KEY},
        "s3Encryption": {"s3EncryptionMode": "SSE-S3"},
    }
    return Item(GLUE, {"encryptionConfiguration": {**kinds, **overrides}})


CASES = (
    passes("E1", "split", Item(BUCKET, {}), _split(_rule("aws:kms"))),
    passes("E1", "dsse", Item(BUCKET, {}), _split(_rule("aws:kms:dsse"))),
    passes("E1", "joined by a literal name", Item(BUCKET, {"bucket": "b1"}), _split(_rule("aws:kms"), bucket="b1", refs=False)),
    passes("E1", "inside the bucket", Item(BUCKET, {"serverSideEncryptionConfiguration": {"rule": _rule("aws:kms")}})),
    passes("E1", "inside the older twin", _v2("aws:kms")),
    passes(
        "E1",
        "key not known yet",
        Item(BUCKET, {}),
        _split({"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": UNKNOWN}}),
    ),
    fails("E1", "nothing configured", Item(BUCKET, {})),
    fails("E1", "AES256", Item(BUCKET, {}), _split(_rule("AES256"))),
    fails("E1", "AES256 inside the older twin", _v2("AES256")),
    fails("E1", "another bucket's", Item(BUCKET, {"bucket": "b1"}), _split(_rule("aws:kms"), bucket="b2", refs=False)),
    not_applicable("E1", "no bucket", _split(_rule("AES256"), bucket="b2", refs=False)),
    unknown("E1", "algorithm not known yet", Item(BUCKET, {}), _split(_rule(UNKNOWN)), at="sseAlgorithm"),
    unknown("E1", "whose configuration is not known yet", Item(BUCKET, {}), _split(_rule("aws:kms"), refs=False), at="sse.bucket"),
    passes("E1.2", "on", Item(ENCRYPTION, {"bucket": "b", "rules": [_rule("aws:kms", bucketKeyEnabled=True)]})),
    fails("E1.2", "missing", Item(ENCRYPTION, {"bucket": "b", "rules": [_rule("aws:kms")]}), at="rules[0].bucketKeyEnabled"),
    fails(
        "E1.2",
        "off beside an unknown",
        Item(ENCRYPTION, {"bucket": "b", "rules": [_rule(UNKNOWN), _rule("aws:kms", bucketKeyEnabled=False)]}),
        at="rules[1]",
    ),
    not_applicable("E1.2", "AES256", Item(ENCRYPTION, {"bucket": "b", "rules": [_rule("AES256")]})),
    unknown(
        "E1.2",
        "flag not known yet",
        Item(ENCRYPTION, {"bucket": "b", "rules": [_rule("aws:kms", bucketKeyEnabled=UNKNOWN)]}),
        at="bucketKeyEnabled",
    ),
    passes("E2", "enabled with a key", _table(enabled=True, kmsKeyArn=KEY)),
    passes("E2", "key is a secret", _table(enabled=True, kmsKeyArn=secret(KEY))),
    fails("E2", "nothing configured", Item(TABLE, {}), at="serverSideEncryption"),
    fails("E2", "the AWS managed key", _table(enabled=True)),
    fails("E2", "disabled beside an unknown key", _table(enabled=False, kmsKeyArn=UNKNOWN)),
    not_applicable("E2", "no table", Item(QUEUE, {})),
    unknown("E2", "key not known yet", _table(enabled=True, kmsKeyArn=UNKNOWN), at="kmsKeyArn"),
    passes("E2.2", "each has a key", _replicas({"regionName": "us-east-1", "kmsKeyArn": KEY})),
    passes("E2.2", "apart", Item("aws:dynamodb/tableReplica:TableReplica", {"globalTableArn": "arn", "kmsKeyArn": KEY})),
    fails("E2.2", "apart without", Item("aws:dynamodb/tableReplica:TableReplica", {"globalTableArn": "arn"}), at="kmsKeyArn"),
    fails(
        "E2.2", "the second has none", _replicas({"regionName": "a", "kmsKeyArn": UNKNOWN}, {"regionName": "b"}), at="replicas[1].kmsKeyArn"
    ),
    not_applicable("E2.2", "no replicas", Item(TABLE, {})),
    unknown("E2.2", "key not known yet", _replicas({"regionName": "a", "kmsKeyArn": UNKNOWN}), at="replicas[0].kmsKeyArn"),
    *flags("E3", CLUSTER, "storageEncrypted", {"engine": "aurora-mysql"}),
    passes("E3", "serverless", Item(CLUSTER, {"engine": "aurora-mysql", "engineMode": "serverless"})),
    fails("E3", "provisioned", Item(CLUSTER, {"engine": "aurora-mysql", "engineMode": "provisioned"})),
    *flags("E3.2", INSTANCE, "storageEncrypted", {"instanceClass": "db.t4g.micro"}),
    *flags("E3.3", GLOBAL_CLUSTER, "storageEncrypted", {"globalClusterIdentifier": "g"}),
    not_applicable(
        "E3.3", "made from a cluster", Item(GLOBAL_CLUSTER, {"globalClusterIdentifier": "g", "sourceDbClusterIdentifier": UNKNOWN})
    ),
    *named("E3.4", CLUSTER, "kmsKeyId", engine="aurora-mysql"),
    *named("E3.5", INSTANCE, "kmsKeyId", instanceClass="db.t4g.micro"),
    not_applicable("E3.5", "replica of the region", Item(INSTANCE, {"instanceClass": "db.t4g.micro", "replicateSourceDb": "primary"})),
    *named("E4", INSTANCE, "performanceInsightsKmsKeyId", instanceClass="db.t4g.micro", performanceInsightsEnabled=True),
    *named("E4", "aws:rds/clusterInstance:ClusterInstance", "performanceInsightsKmsKeyId", performanceInsightsEnabled=True),
    not_applicable("E4", "insights off", Item(INSTANCE, {"instanceClass": "db.t4g.micro", "performanceInsightsEnabled": False})),
    unknown("E4", "whether on not known yet", Item(INSTANCE, {"instanceClass": "c", "performanceInsightsEnabled": UNKNOWN})),
    *named("E4.2", CLUSTER, "performanceInsightsKmsKeyId", engine="aurora-mysql", performanceInsightsEnabled=True),
    not_applicable("E4.2", "insights off", Item(CLUSTER, {"engine": "aurora-mysql"})),
    *flags("E5", "aws:elasticache/replicationGroup:ReplicationGroup", "atRestEncryptionEnabled", {"description": "d"}),
    *flags("E6", "aws:opensearch/domain:Domain", "encryptAtRest.enabled"),
    *flags("E6", "aws:elasticsearch/domain:Domain", "encryptAtRest.enabled"),
    passes("E7", "KMS", Item(STREAM, {"encryptionType": "KMS"})),
    fails("E7", "NONE", Item(STREAM, {"encryptionType": "NONE"}), at="encryptionType"),
    fails("E7", "absent", Item(STREAM, {})),
    not_applicable("E7", "no stream", Item(QUEUE, {})),
    unknown("E7", "type not known yet", Item(STREAM, {"encryptionType": UNKNOWN}), at="encryptionType"),
    *named("E7.2", STREAM, "kmsKeyId", encryptionType="KMS"),
    fails("E7.2", "key of AWS's own", Item(STREAM, {"encryptionType": "KMS", "kmsKeyId": "alias/aws/kinesis"})),
    *flags("E8", FIREHOSE, "serverSideEncryption.enabled", {"destination": "extended_s3"}),
    not_applicable(
        "E8",
        "fed by a data stream",
        Item(FIREHOSE, {"destination": "extended_s3", "kinesisSourceConfiguration": {"kinesisStreamArn": "s", "roleArn": "r"}}),
    ),
    passes("E8.2", "a key of ours", _delivery(enabled=True, keyType="CUSTOMER_MANAGED_CMK", keyArn=KEY)),
    fails("E8.2", "AWS's key", _delivery(enabled=True, keyType="AWS_OWNED_CMK"), at="serverSideEncryption"),
    fails("E8.2", "off beside an unknown key", _delivery(enabled=False, keyType="CUSTOMER_MANAGED_CMK", keyArn=UNKNOWN)),
    fails("E8.2", "no key", _delivery(enabled=True, keyType="CUSTOMER_MANAGED_CMK")),
    fails("E8.2", "nothing configured", Item(FIREHOSE, {"destination": "extended_s3"})),
    not_applicable("E8.2", "fed by a data stream", Item(FIREHOSE, {"destination": "extended_s3", **FROM_STREAM})),
    unknown("E8.2", "key not known yet", _delivery(enabled=True, keyType="CUSTOMER_MANAGED_CMK", keyArn=UNKNOWN), at="keyArn"),
    passes("E9", "stated", Item(KAFKA, {"encryptionInfo": {"encryptionInTransit": {"clientBroker": "TLS"}}})),
    passes("E9", "stated by its defaults", Item(KAFKA, {"encryptionInfo": {}})),
    fails("E9", "not stated", Item(KAFKA, {}), at="encryptionInfo"),
    not_applicable("E9", "serverless", Item("aws:msk/serverlessCluster:ServerlessCluster", {})),
    unknown("E9", "not known yet", Item(KAFKA, {"encryptionInfo": UNKNOWN}), at="encryptionInfo"),
    *named("E9.2", KAFKA, "encryptionInfo.encryptionAtRestKmsKeyArn"),
    passes("E10", "a key", Item(QUEUE, {"kmsMasterKeyId": "alias/queue"})),
    passes("E10", "SQS's own", Item(QUEUE, {"sqsManagedSseEnabled": True})),
    passes("E10", "SQS's own beside an unknown", Item(QUEUE, {"sqsManagedSseEnabled": True, "kmsMasterKeyId": UNKNOWN})),
    fails("E10", "neither", Item(QUEUE, {}), at="kmsMasterKeyId"),
    fails("E10", "SQS's own off", Item(QUEUE, {"sqsManagedSseEnabled": False})),
    not_applicable("E10", "no queue", Item(STREAM, {})),
    unknown("E10", "key not known yet", Item(QUEUE, {"kmsMasterKeyId": UNKNOWN}), at="kmsMasterKeyId"),
    *named("E11", "aws:sns/topic:Topic", "kmsMasterKeyId"),
    *named("E12", "aws:cloudwatch/logGroup:LogGroup", "kmsKeyId"),
    *flags("E13", "aws:ebs/volume:Volume", "encrypted", {"availabilityZone": "eu-west-1a"}),
    passes("E13.2", "absent", Item("aws:ebs/encryptionByDefault:EncryptionByDefault", {})),
    fails("E13.2", "off", Item("aws:ebs/encryptionByDefault:EncryptionByDefault", {"enabled": False}), at="enabled"),
    not_applicable("E13.2", "no default", Item(QUEUE, {})),
    unknown("E13.2", "not known yet", Item("aws:ebs/encryptionByDefault:EncryptionByDefault", {"enabled": UNKNOWN})),
    passes("E13.3", "all encrypted", _disks("true", True)),
    fails("E13.3", "the second is not", _disks(UNKNOWN, "false"), at="blockDeviceMappings[1]"),
    fails("E13.3", "not stated", Item(TEMPLATE, {"blockDeviceMappings": [{"ebs": {"volumeSize": 8}}]})),
    not_applicable("E13.3", "no disks", Item(TEMPLATE, {"blockDeviceMappings": [{"deviceName": "xvdb", "noDevice": "true"}]})),
    unknown("E13.3", "not known yet", _disks(UNKNOWN), at="encrypted"),
    not_applicable("E13.4", "no disks stated", Item(SERVER, {"instanceType": "t3.micro"})),
    passes("E13.4", "all encrypted", Item(SERVER, {"rootBlockDevice": {"encrypted": "true"}, "ebsBlockDevices": [{"encrypted": True}]})),
    fails("E13.4", "root", Item(SERVER, {"rootBlockDevice": {"encrypted": False}}), at="rootBlockDevice.encrypted"),
    fails("E13.4", "another", Item(SERVER, {"rootBlockDevice": {"encrypted": UNKNOWN}, "ebsBlockDevices": [{}]}), at="ebsBlockDevices[0]"),
    fails("E13.4", "a configuration's", Item("aws:ec2/launchConfiguration:LaunchConfiguration", {"rootBlockDevice": {"volumeSize": 8}})),
    unknown("E13.4", "not known yet", Item(SERVER, {"rootBlockDevice": {"encrypted": UNKNOWN}}), at="encrypted"),
    *flags("E14", "aws:efs/fileSystem:FileSystem", "encrypted"),
    passes("E15", "KMS", Item(REPOSITORY, {"encryptionConfigurations": [{"encryptionType": "KMS"}]})),
    fails("E15", "AES256", Item(REPOSITORY, {"encryptionConfigurations": [{"encryptionType": "AES256"}]})),
    fails("E15", "absent", Item(REPOSITORY, {}), at="encryptionConfigurations"),
    not_applicable("E15", "no repository", Item(QUEUE, {})),
    unknown("E15", "not known yet", Item(REPOSITORY, {"encryptionConfigurations": [{"encryptionType": UNKNOWN}]})),
    passes("E16", "secrets", Item(EKS, {"encryptionConfig": {"resources": ["secrets"], "provider": {"keyArn": UNKNOWN}}})),
    fails("E16", "nothing", Item(EKS, {"encryptionConfig": {"resources": []}}), at="encryptionConfig"),
    fails("E16", "absent", Item(EKS, {})),
    not_applicable("E16", "no cluster", Item("aws:ecs/cluster:Cluster", {})),
    unknown("E16", "not known yet", Item(EKS, {"encryptionConfig": UNKNOWN}), at="encryptionConfig"),
    *named("E17", SECRET, "kmsKeyId"),
    fails("E17", "key of AWS's own", Item(SECRET, {"kmsKeyId": "alias/aws/secretsmanager"})),
    passes("E17.2", "each has a key", Item(SECRET, {"replicas": [{"region": "us-east-1", "kmsKeyId": KEY}]})),
    fails("E17.2", "none", Item(SECRET, {"replicas": [{"region": "us-east-1"}]}), at="replicas[0].kmsKeyId"),
    fails("E17.2", "key of AWS's own", Item(SECRET, {"replicas": [{"region": "a", "kmsKeyId": "alias/aws/secretsmanager"}]})),
    not_applicable("E17.2", "no replicas", Item(SECRET, {})),
    unknown("E17.2", "key not known yet", Item(SECRET, {"replicas": [{"region": "us-east-1", "kmsKeyId": UNKNOWN}]})),
    *named("E18", FUNCTION, "kmsKeyArn", role="r", environment={"variables": {"A": "1"}})[:3],
    fails("E18", "key without variables", Item(FUNCTION, {"role": "r", "kmsKeyArn": KEY}), at="kmsKeyArn"),
    not_applicable("E18", "neither", Item(FUNCTION, {"role": "r"})),
    unknown("E18", "key not known yet", Item(FUNCTION, {"environment": {"variables": {"A": "1"}}, "kmsKeyArn": UNKNOWN}), at="kmsKeyArn"),
    *named("E19", "aws:backup/vault:Vault", "kmsKeyArn"),
    passes("E20", "KMS", Item(WORKGROUP, _results("SSE_KMS"))),
    passes("E20", "managed", Item(WORKGROUP, {"configuration": {"managedQueryResultsConfiguration": {"enabled": True}}})),
    fails("E20", "absent", Item(WORKGROUP, {"configuration": {"enforceWorkgroupConfiguration": True}}), at="encryptionOption"),
    fails("E20", "managed is off", Item(WORKGROUP, {"configuration": {"managedQueryResultsConfiguration": {"enabled": False}}})),
    not_applicable("E20", "no workgroup", Item(QUEUE, {})),
    unknown("E20", "not known yet", Item(WORKGROUP, _results(UNKNOWN)), at="encryptionOption"),
    passes("E21", "all three", _glue()),
    fails("E21", "logs disabled", _glue(cloudwatchEncryption={"cloudwatchEncryptionMode": "DISABLED"}), at="cloudwatchEncryption"),
    fails("E21", "logs without a key", _glue(cloudwatchEncryption={"cloudwatchEncryptionMode": "SSE-KMS"}), at="cloudwatchEncryption"),
    fails("E21", "bookmarks missing", _glue(jobBookmarksEncryption=None), at="jobBookmarksEncryption"),
    fails("E21", "objects disabled", _glue(s3Encryption={"s3EncryptionMode": "DISABLED"}), at="s3EncryptionMode"),
    fails("E21", "objects missing beside an unknown", _glue(s3Encryption=None, cloudwatchEncryption=UNKNOWN), at="s3EncryptionMode"),
    not_applicable("E21", "no configuration", Item(QUEUE, {})),
    unknown("E21", "key not known yet", _glue(cloudwatchEncryption={"cloudwatchEncryptionMode": "SSE-KMS", "kmsKeyArn": UNKNOWN})),
    *flags("E22", "aws:redshift/cluster:Cluster", "encrypted", {"clusterIdentifier": "c"}),
    *named("E22.2", "aws:redshift/cluster:Cluster", "kmsKeyId", clusterIdentifier="c"),
    *named("E22.3", "aws:redshiftserverless/namespace:Namespace", "kmsKeyId"),
    *named("E23", "aws:sagemaker/endpointConfiguration:EndpointConfiguration", "kmsKeyArn"),
    *named("E24", "aws:cloudtrail/trail:Trail", "kmsKeyId"),
    *flags("E25", KMS_KEY, "enableKeyRotation"),
    passes("E25", "symmetric by name", Item(KMS_KEY, {"customerMasterKeySpec": "SYMMETRIC_DEFAULT", "enableKeyRotation": True})),
    not_applicable("E25", "asymmetric", Item(KMS_KEY, {"customerMasterKeySpec": "RSA_2048"})),
    not_applicable("E25", "HMAC", Item(KMS_KEY, {"customerMasterKeySpec": "HMAC_256", "enableKeyRotation": False})),
    not_applicable("E25", "key store", Item(KMS_KEY, {"customKeyStoreId": "cks-1"})),
    unknown("E25", "specification not known yet", Item(KMS_KEY, {"customerMasterKeySpec": UNKNOWN}), at="customerMasterKeySpec"),
    passes("E25.2", "absent is 30", Item(KMS_KEY, {})),
    passes("E25.2", "as the config says", Item(KMS_KEY, {"deletionWindowInDays": 7}), days=7),
    fails("E25.2", "too soon", Item(KMS_KEY, {"deletionWindowInDays": 29}), at="deletionWindowInDays"),
    fails("E25.2", "replica too soon", Item("aws:kms/replicaKey:ReplicaKey", {"primaryKeyArn": "arn", "deletionWindowInDays": 7})),
    under({"profile": "starter"}, not_applicable("E25.2", "data goes with the stack", Item(KMS_KEY, {"deletionWindowInDays": 7}))),
    under(
        {"profile": "starter", "resilience": {"keep_data": True}},
        fails("E25.2", "starter that keeps its data", Item(KMS_KEY, {"deletionWindowInDays": 7})),
    ),
    unknown("E25.2", "not known yet", Item(KMS_KEY, {"deletionWindowInDays": UNKNOWN})),
    *flags("E26", METHODS, "settings.cacheDataEncrypted", {"restApi": "a"})[3:4],
    passes("E26", "encrypted", Item(METHODS, {"settings": {"cachingEnabled": True, "cacheDataEncrypted": True}})),
    fails("E26", "in clear", Item(METHODS, {"settings": {"cachingEnabled": True}}), at="cacheDataEncrypted"),
    not_applicable("E26", "not cached", Item(METHODS, {"settings": {"cachingEnabled": False, "cacheDataEncrypted": False}})),
    unknown("E26", "not known yet", Item(METHODS, {"settings": {"cachingEnabled": True, "cacheDataEncrypted": UNKNOWN}})),
    unknown("E26", "caching not known yet", Item(METHODS, {"settings": {"cachingEnabled": UNKNOWN}}), at="cachingEnabled"),
)
