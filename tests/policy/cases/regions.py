"""R12 to R14: routing, backups, zones and regions."""

from typing import Any

from tests.policy.case import UNKNOWN, Item, fails, not_applicable, passes, secret, under, unknown
from tests.policy.cases._tables import OTHER

RECORD = "aws:route53/record:Record"
HEALTH = "aws:route53/healthCheck:HealthCheck"
SWITCH = "aws:arcregionswitch/plan:Plan"
PLAN = "aws:backup/plan:Plan"
VAULT = "aws:backup/vault:Vault"
VAULT_LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration"
SELECTION = "aws:backup/selection:Selection"
VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
NAT = "aws:ec2/natGateway:NatGateway"
BUCKET = "aws:s3/bucket:Bucket"
TABLE = "aws:dynamodb/table:Table"
TOPIC = "aws:sns/topic:Topic"
KEY = "aws:kms/key:Key"
REPLICA_KEY = "aws:kms/replicaKey:ReplicaKey"
SECRET = "aws:secretsmanager/secret:Secret"
STARTER = {"profile": "starter"}
TWO = {"regions": [{"name": "eu-west-1"}, {"name": "us-east-1"}], "security": {"residency": ["eu-west-1"]}}
FOUR = {
    "regions": [
        {"name": "eu-west-1", "role": "primary"},
        {"name": "us-east-1", "role": "active"},
        {"name": "us-west-2", "role": "standby"},
        {"name": "eu-west-2", "role": "standby"},
    ]
}
ONE = {"regions": [{"name": "eu-west-1"}]}
HERE, THERE = {"region": "eu-west-1"}, {"region": "us-east-1"}
KEY_HERE, KEY_THERE = (f"arn:aws:kms:{region}:111122223333:key/k" for region in ("eu-west-1", "us-east-1"))
VAULT_HERE, VAULT_THERE = (f"arn:aws:backup:{region}:111122223333:backup-vault:v" for region in ("eu-west-1", "us-east-1"))


def _latency(region: Any = "eu-west-1", name: str = "subject", health: Any = None, *refs: str, host: Any = "play.example.org") -> Item:
    props = {"name": host, "type": "A", "zoneId": UNKNOWN, "latencyRoutingPolicies": [{"region": region}], "healthCheckId": health}
    return Item(RECORD, props, name, {"healthCheckId": refs} if refs else {})


def _plan(*vaults: Any, **refs: list[str]) -> Item:
    rules = [{"ruleName": "daily", "targetVaultName": "v", "copyActions": [{"destinationVaultArn": vault} for vault in vaults]}]
    return Item(PLAN, {"rules": rules}, refs=refs, provider=HERE)


def _lock(days: Any, *refs: str) -> Item:
    return Item(VAULT_LOCK, {"backupVaultName": UNKNOWN, "minRetentionDays": days}, "lock", {"backupVaultName": refs or ("subject",)})


def _selection(*refs: str) -> Item:
    return Item(SELECTION, {"planId": UNKNOWN}, "selection", {"planId": refs} if refs else {})


def _subnet(name: str, zone: Any) -> Item:
    return Item(SUBNET, {"vpcId": UNKNOWN, "availabilityZone": zone}, name, {"vpcId": ["subject"]})


def _nat(subnet: str, **props: Any) -> Item:
    return Item(NAT, {"subnetId": UNKNOWN, **props}, f"nat-{subnet}", {"subnetId": [subnet]})


def _key(name: str, provider: dict[str, str]) -> Item:
    return Item(KEY, {}, name, provider=provider)


def _mrk(name: str = "subject", *, multi: Any = True) -> Item:
    return Item(KEY, {"multiRegion": multi}, name, provider=HERE)


def _replica_key(provider: dict[str, Any], primary: str = "subject") -> Item:
    return Item(REPLICA_KEY, {"primaryKeyArn": UNKNOWN}, "replica", {"primaryKeyArn": [primary]}, provider=provider)


def _replica(key: Any, region: str = "us-east-1", **refs: list[str]) -> Item:
    return Item(TABLE, {"replicas": [{"regionName": region, "kmsKeyArn": key}]}, refs=refs, provider=HERE)


ZONES = (_subnet("a", "eu-west-1a"), _subnet("b", "eu-west-1b"))

CASES = (
    passes("R12", "a health check", _latency(health="h1")),
    passes(
        "R12", "the alias's target", Item(RECORD, {"weightedRoutingPolicies": [{"weight": 1}], "aliases": [{"evaluateTargetHealth": True}]})
    ),
    fails("R12", "nothing", _latency(), at="healthCheckId"),
    fails(
        "R12",
        "target not asked",
        Item(RECORD, {"failoverRoutingPolicies": [{"type": "PRIMARY"}], "aliases": [{"evaluateTargetHealth": False}]}),
    ),
    fails("R12", "many values", Item(RECORD, {"multivalueAnswerRoutingPolicy": True})),
    not_applicable("R12", "simple", Item(RECORD, {"name": "a", "type": "A", "records": ["192.0.2.1"]})),
    unknown("R12", "not known yet", _latency(health=UNKNOWN), at="healthCheckId"),
    passes("R12.2", "in force", Item(HEALTH, {"type": "HTTPS", "disabled": False})),
    fails("R12.2", "disabled", Item(HEALTH, {"type": "HTTPS", "disabled": True}), at="disabled"),
    fails(
        "R12.2", "inverted beside an unknown", Item(HEALTH, {"type": "HTTPS", "disabled": UNKNOWN, "invertHealthcheck": True}), at="invert"
    ),
    not_applicable("R12.2", "no check", OTHER),
    unknown("R12.2", "not known yet", Item(HEALTH, {"type": "HTTPS", "disabled": UNKNOWN}), at="disabled"),
    under(TWO, passes("R12.3", "both", _latency(), _latency("us-east-1", "second"))),
    under(TWO, fails("R12.3", "one", _latency(), at="us-east-1")),
    under(TWO, fails("R12.3", "of another name", _latency(), _latency("us-east-1", "second", host="api.example.org"))),
    under(TWO, not_applicable("R12.3", "simple", Item(RECORD, {"name": "a", "type": "A"}))),
    under(ONE, not_applicable("R12.3", "one region", _latency())),
    under(TWO, unknown("R12.3", "not known yet", _latency(), _latency(UNKNOWN, "second"), at="region")),
    under(FOUR, passes("R12.3", "all that serve", _latency(), _latency("us-east-1", "second"))),
    under(FOUR, passes("R12.3", "all that wait", _latency("us-west-2"), _latency("eu-west-2", "second"))),
    under(FOUR, fails("R12.3", "one that serves", _latency(), at="us-east-1")),
    under(FOUR, fails("R12.3", "one that waits", _latency("us-west-2"), at="eu-west-2")),
    under(FOUR, fails("R12.3", "serves and waits", _latency(), _latency("us-west-2", "second"), at="us-east-1")),
    under(FOUR, unknown("R12.3", "which waits not known yet", _latency("us-west-2"), _latency(UNKNOWN, "second"), at="region")),
    under(FOUR, not_applicable("R12.3", "simple beside standbys", Item(RECORD, {"name": "a", "type": "A"}))),
    under(
        FOUR,
        fails(
            "R12.3", "regions that the pack's config names", _latency(), _latency("us-east-1", "second"), regions=["eu-west-1", "us-west-2"]
        ),
    ),
    passes("R12.4", "each its own", _latency("a", "subject", "h1"), _latency("b", "second", "h2")),
    passes(
        "R12.4",
        "each its own by reference",
        _latency("a", "subject", UNKNOWN, "h1"),
        _latency("b", "second", UNKNOWN, "h2"),
        Item(HEALTH, {"type": "HTTPS"}, "h1"),
        Item(HEALTH, {"type": "HTTPS"}, "h2"),
    ),
    passes(
        "R12.4", "each its own of one plan", _latency("a", "subject", "h1", "p"), _latency("b", "second", "h2", "p"), Item(SWITCH, {}, "p")
    ),
    fails("R12.4", "one of a plan's", _latency("a", "subject", "h1", "p"), _latency("b", "second", "h1", "p"), Item(SWITCH, {}, "p")),
    unknown(
        "R12.4",
        "which of a plan's not known yet",
        _latency("a", "subject", UNKNOWN, "p"),
        _latency("b", "second", UNKNOWN, "p"),
        Item(SWITCH, {}, "p"),
        at="healthCheckId",
    ),
    fails("R12.4", "shared", _latency("a", "subject", "h1"), _latency("b", "second", "h1"), at="healthCheckId"),
    fails(
        "R12.4",
        "shared by reference",
        _latency("a", "subject", UNKNOWN, "h1"),
        _latency("b", "second", UNKNOWN, "h1"),
        Item(HEALTH, {"type": "HTTPS"}, "h1"),
    ),
    not_applicable("R12.4", "no check", _latency()),
    not_applicable(
        "R12.4", "the only check of the name", _latency("a", "subject", "h1"), _latency("b", "second", "h1", host="api.example.org")
    ),
    unknown("R12.4", "not known yet", _latency("a", "subject", UNKNOWN), _latency("b", "second", "h1"), at="healthCheckId"),
    passes("R13", "elsewhere", _plan(VAULT_HERE, VAULT_THERE)),
    passes("R13", "elsewhere by reference", _plan(UNKNOWN, rules=["v"]), Item(VAULT, {}, "v", provider=THERE)),
    fails("R13", "no copy", _plan(), at="rules[0].copyActions"),
    fails("R13", "at home", _plan(VAULT_HERE)),
    fails("R13", "at home by reference", _plan(UNKNOWN, rules=["v"]), Item(VAULT, {}, "v", provider=HERE)),
    under(TWO, fails("R13", "no copy in two regions", _plan())),
    under(ONE, not_applicable("R13", "one region", _plan())),
    unknown("R13", "not known yet", _plan(UNKNOWN), at="destinationVaultArn"),
    passes("R13.2", "locked", Item(VAULT, {}), _lock(30)),
    fails("R13.2", "no lock", Item(VAULT, {})),
    fails("R13.2", "locks nothing", Item(VAULT, {}), _lock(None)),
    fails("R13.2", "another's", Item(VAULT, {}), Item(VAULT, {}, "other"), _lock(30, "other")),
    under(STARTER, not_applicable("R13.2", "starter", Item(VAULT, {}))),
    unknown("R13.2", "not known yet", Item(VAULT, {}), _lock(UNKNOWN), at="minRetentionDays"),
    passes("R13.3", "selected", Item(PLAN, {}), _selection("subject")),
    fails("R13.3", "nothing", Item(PLAN, {})),
    not_applicable("R13.3", "no plan", _selection()),
    unknown("R13.3", "whose not known yet", Item(PLAN, {}), _selection(), at="selection.planId"),
    passes("R14", "each zone", Item(VPC, {}), *ZONES, _nat("a"), _nat("b")),
    passes("R14", "regional", Item(VPC, {}), *ZONES, _nat("a", availabilityMode="regional")),
    fails("R14", "one zone", Item(VPC, {}), *ZONES, _nat("a"), at="eu-west-1b"),
    not_applicable("R14", "no gateway", Item(VPC, {}), *ZONES),
    under(STARTER, not_applicable("R14", "starter", Item(VPC, {}), *ZONES, _nat("a"))),
    unknown("R14", "zone not known yet", Item(VPC, {}), _subnet("a", UNKNOWN), _nat("a"), at="availabilityZone"),
    under(TWO, passes("R14.2", "here", Item(BUCKET, {}, provider=HERE))),
    under(ONE, passes("R14.2", "global", Item(TOPIC, {}, provider=THERE))),
    under(TWO, passes("R14.2", "its own region", Item(TOPIC, HERE, provider={"region": "us-west-2"}))),
    under(ONE, fails("R14.2", "data in the global region", Item(BUCKET, {}, provider=THERE), at="region")),
    under(TWO, fails("R14.2", "elsewhere", Item(TOPIC, {"region": "us-west-2"}, provider=HERE), at="region")),
    fails("R14.2", "as the config says", Item(TABLE, {}, provider=THERE), regions=["eu-west-1"]),
    not_applicable("R14.2", "the stack does not say", Item(BUCKET, {}, provider=HERE)),
    under(TWO, unknown("R14.2", "not known yet", Item(BUCKET, {}, provider={"region": UNKNOWN}), at="region")),
    passes("R14.3", "here", Item(TOPIC, {"kmsMasterKeyId": KEY_HERE}, provider=HERE)),
    passes("R14.3", "alias", Item(TOPIC, {"kmsMasterKeyId": "alias/k"}, provider=HERE)),
    passes("R14.3", "no key", Item(TOPIC, {}, provider=HERE)),
    passes(
        "R14.3",
        "here by reference",
        Item(TOPIC, {"kmsMasterKeyId": UNKNOWN}, refs={"kmsMasterKeyId": ["k"]}, provider=HERE),
        _key("k", HERE),
    ),
    fails("R14.3", "there", Item(TOPIC, {"kmsMasterKeyId": KEY_THERE}, provider=HERE), at="kmsMasterKeyId"),
    fails(
        "R14.3",
        "there by reference",
        Item(TOPIC, {"kmsMasterKeyId": UNKNOWN}, refs={"kmsMasterKeyId": ["k"]}, provider=HERE),
        _key("k", THERE),
    ),
    fails("R14.3", "table's there", Item(TABLE, {"serverSideEncryption": {"enabled": True, "kmsKeyArn": KEY_THERE}}, provider=HERE)),
    not_applicable("R14.3", "no key at all", OTHER),
    unknown("R14.3", "a secret", Item(TOPIC, {"kmsMasterKeyId": secret(KEY_HERE)}, provider=HERE), at="kmsMasterKeyId is secret"),
    unknown("R14.3", "not known yet", Item(TOPIC, {"kmsMasterKeyId": UNKNOWN}, provider=HERE), at="kmsMasterKeyId"),
    passes("R14.7", "there", _replica(KEY_THERE)),
    passes("R14.7", "there by reference", _replica(UNKNOWN, replicas=["k"]), _replica_key(THERE), _key("k", THERE)),
    fails("R14.7", "here", _replica(KEY_HERE), at="replicas[0].kmsKeyArn"),
    fails("R14.7", "here by reference", _replica(UNKNOWN, replicas=["k"]), _key("k", HERE)),
    fails("R14.7", "secret's here", Item(SECRET, {"replicas": [{"region": "us-east-1", "kmsKeyId": KEY_HERE}]}, provider=HERE)),
    not_applicable("R14.7", "no replicas", Item(TABLE, {})),
    unknown("R14.7", "not known yet", _replica(UNKNOWN), at="kmsKeyArn"),
    under(TWO, passes("R14.4", "both", _mrk(), _replica_key(THERE))),
    under(TWO, passes("R14.4", "personal data at home", _mrk("pii-subject"))),
    under(TWO, fails("R14.4", "none", _mrk(), at="us-east-1")),
    under(TWO, fails("R14.4", "another's", _mrk(), _mrk("other"), _replica_key(THERE, "other"))),
    under(TWO, not_applicable("R14.4", "of one region", _mrk(multi=False))),
    under(ONE, not_applicable("R14.4", "one region", _mrk())),
    under(TWO, unknown("R14.4", "whether not known yet", _mrk(multi=UNKNOWN), at="multiRegion")),
    under(TWO, passes("R14.5", "replica", Item(SECRET, {"replicas": [{"region": "us-east-1"}]}, provider=HERE))),
    under(
        TWO,
        passes(
            "R14.5", "of the same name", Item(SECRET, {"name": "s"}, provider=HERE), Item(SECRET, {"name": "s"}, "twin", provider=THERE)
        ),
    ),
    under(TWO, fails("R14.5", "none", Item(SECRET, {"name": "s"}, provider=HERE), at="us-east-1")),
    under(
        TWO, fails("R14.5", "of another name", Item(SECRET, {"name": "s"}, provider=HERE), Item(SECRET, {"name": "t"}, "t", provider=THERE))
    ),
    under(ONE, not_applicable("R14.5", "one region", Item(SECRET, {}, provider=HERE))),
    under(TWO, unknown("R14.5", "where not known yet", Item(SECRET, {"replicas": [{"region": UNKNOWN}]}, provider=HERE), at="region")),
    passes("R14.6", "protected", Item(BUCKET, {}, protect=True)),
    fails("R14.6", "not protected", Item(TABLE, {})),
    fails("R14.6", "emptied by force", Item(BUCKET, {"forceDestroy": True}, protect=True), at="forceDestroy"),
    under({"profile": "mature"}, fails("R14.6", "mature", Item(KEY, {}))),
    under(STARTER, not_applicable("R14.6", "starter", Item(BUCKET, {}))),
    unknown("R14.6", "not known yet", Item(BUCKET, {"forceDestroy": UNKNOWN}, protect=True), at="forceDestroy"),
)
