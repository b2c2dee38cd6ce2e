"""Every physical name that is a contract: it enters an ARN, a policy or another program. AWS chooses the others.

Names are rendered, never sliced: `contracts` lists each with its AWS limit, and the settings refuse an identity that breaks one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from marquee.domain.regions import short_code

Bucket = Literal["incoming", "masters", "renditions", "work", "access-logs", "edge-logs"]
Role = Literal[
    "probe",
    "quarantine",
    "health",
    "ingest",
    "events",
    "flow-logs",
    "ci",
    "api-gateway",
    "keep",
    "plan",
    "verify",
    "retire",
    "takedown",
    "copy-masters",
    "copy-renditions",
    "playback",
    "authorise",
    "revoke",
    "licence",
    "speke",
    "beacon",
    "rotate",
    "prune",
    "realtime-logs",
    "region-switch",
    "signing-key",
    "prefetch",
    "invalidate",
    "harvested",
    "live-encoder",
    "live-schedule",
    "live-watch",
    "live-watcher",
    "live-keys",
    "live-harvest",
    "packaging",
    "packaging-keys",
    "encode",
    "encode-agent",
    "encode-instance",
    "mediaconvert",
]
Function = Literal[
    "probe",
    "quarantine",
    "health",
    "keep",
    "plan",
    "verify",
    "retire",
    "takedown",
    "playback",
    "authorise",
    "revoke",
    "licence",
    "speke",
    "beacon",
    "rotate",
    "prune",
    "signing-key",
    "prefetch",
    "invalidate",
    "harvested",
]
Queue = Literal["dead-letters", "invalidations"]
Table = Literal["catalogue", "entitlements", "invalidations", "content-keys"]
DataClass = Literal["media", "data", "logs", "secrets", "pii", "content"]
TargetGroup = Literal["health"]
LogGroup = Literal[
    "ingest", "flow-logs", "sessions", "api", "key-provider", "live-watch", "live-harvest", "live-origin", "encode", "mediaconvert",
]  # fmt: skip
StateMachine = Literal["ingest", "live-watch", "live-harvest"]
EventRule = Literal["object-created", "ingest-failed", "prune", "live-running", "mediaconvert"]
"""On the account's own bus, where AWS's services tell."""
BusRule = Literal["titles", "quarantined", "invalidate", "prefetch", "revoke"]
"""On the platform's bus."""
Topic = Literal["alarms", "titles"]
LogDelivery = Literal["edge", "media", "api", "canary", "live", "live-egress", "live-ingress"]
Secret = Literal["token-keys", "cookie-keys", "packaging"]
Encoding = Literal["encode"]
PlacementGroup = Literal["encode-cluster", "encode-partition", "encode-spread"]
Stream = Literal["playback-events", "realtime-logs"]


@dataclass(frozen=True, slots=True)
class Names:
    """Renders the names of one stack in one account.

    A name in a global namespace (buckets, IAM) carries the region's short code; one in a regional namespace does not need to, so
    that the same queue or table is called the same in every region.
    """

    prefix: str
    """`<identity.name>-<stack>`."""
    account: str
    """12 digits."""

    def bucket(self, purpose: Bucket, region: str) -> str:
        """S3: 63 characters, unique in the whole partition, hence the account."""
        return f"{self.prefix}-{purpose}-{self.account}-{short_code(region)}"

    def role(self, workload: Role, region: str | None = None) -> str:
        """IAM: 64 characters, one namespace an account; without a region for a role that the account has once."""
        return f"{self.prefix}-{workload}-{short_code(region)}" if region else f"{self.prefix}-{workload}"

    def boundary(self) -> str:
        """IAM policy: 128 characters. The permissions boundary that every role of the stack carries."""
        return f"{self.prefix}-boundary"

    def function(self, workload: Function) -> str:
        """Lambda: 64 characters."""
        return f"{self.prefix}-{workload}"

    def queue(self, purpose: Queue) -> str:
        """SQS: 80 characters."""
        return f"{self.prefix}-{purpose}"

    def table(self, purpose: Table) -> str:
        """DynamoDB: 255 characters. A global table has one name in all its regions."""
        return f"{self.prefix}-{purpose}"

    def key_alias(self, data_class: DataClass) -> str:
        """KMS: 256 characters, `alias/` included."""
        return f"alias/{self.prefix}-{data_class}"

    def load_balancer(self, region: str) -> str:
        """Elastic Load Balancing: 32 characters. The code tells load balancers apart in metrics of several regions."""
        return f"{self.prefix}-{short_code(region)}"

    def target_group(self, purpose: TargetGroup) -> str:
        """Elastic Load Balancing: 32 characters."""
        return f"{self.prefix}-{purpose}"

    def function_log_group(self, workload: Function) -> str:
        """CloudWatch Logs: 512 characters. Lambda writes to `/aws/lambda/<function>` unless told otherwise."""
        return f"/aws/lambda/{self.function(workload)}"

    def log_group(self, purpose: LogGroup) -> str:
        """CloudWatch Logs: 512 characters.

        Under `/aws/vendedlogs/` a service may write without a statement of its own in the account's resource policy, which
        holds 5,120 characters in all.
        """
        return f"/aws/vendedlogs/{self.prefix}/{purpose}"

    def web_acl(self) -> str:
        """WAF: 128 characters."""
        return self.prefix

    def web_acl_log_group(self) -> str:
        """CloudWatch Logs: 512 characters. WAF writes to no group whose name does not begin with `aws-waf-logs-`."""
        return f"aws-waf-logs-{self.prefix}"

    def key_provider(self) -> str:
        """API Gateway: 128 characters, and WAF's web ACL before it."""
        return f"{self.prefix}-keys"

    def key_provider_web_acl_log_group(self) -> str:
        """CloudWatch Logs: 512 characters. As `web_acl_log_group`."""
        return f"aws-waf-logs-{self.prefix}-keys"

    def edge_web_acl(self) -> str:
        """WAF: 128 characters. In the edge's region, where a regional one may be too."""
        return f"{self.prefix}-edge"

    def edge_web_acl_log_group(self) -> str:
        """CloudWatch Logs: 512 characters. As `web_acl_log_group`."""
        return f"aws-waf-logs-{self.prefix}-edge"

    def log_delivery(self, what: LogDelivery) -> str:
        """CloudWatch Logs: 60 characters. A delivery's source or destination."""
        return f"{self.prefix}-{what}"

    def state_machine(self, purpose: StateMachine) -> str:
        """Step Functions: 80 characters."""
        return f"{self.prefix}-{purpose}"

    def encode_queue(self) -> str:
        """MediaConvert: its reference states no length; 128 is ours."""
        return f"{self.prefix}-encode"

    def event_bus(self) -> str:
        """EventBridge: 256 characters; the bus's archive has the same name, and 48."""
        return self.prefix

    def event_rule(self, purpose: EventRule | BusRule) -> str:
        """EventBridge: 64 characters."""
        return f"{self.prefix}-{purpose}"

    def live_group(self) -> str:
        """MediaPackage v2: 256 characters, unique in an account's region. Also the group of the channels' schedules, which takes 64."""
        return f"{self.prefix}-live"

    def packaging_group(self) -> str:
        """MediaPackage VOD: 256 characters."""
        return self.prefix

    def repository(self, purpose: Encoding) -> str:
        """ECR: 256 characters."""
        return f"{self.prefix}-{purpose}"

    def compute_environment(self, purpose: Encoding) -> str:
        """AWS Batch: 128 characters. Batch names its ECS cluster after it."""
        return f"{self.prefix}-{purpose}"

    def job_queue(self, purpose: Encoding) -> str:
        """AWS Batch: 128 characters."""
        return f"{self.prefix}-{purpose}"

    def job_definition(self, purpose: Encoding) -> str:
        """AWS Batch: 128 characters, its revision apart."""
        return f"{self.prefix}-{purpose}"

    def placement_group(self, purpose: PlacementGroup) -> str:
        """EC2: 255 characters. The strategy is part of it, since a group cannot change it and another one must not have its name."""
        return f"{self.prefix}-{purpose}"

    def region_switch(self, region: str) -> str:
        """ARC Region switch: 32 characters. The plan between the primary region and this one."""
        return f"{self.prefix}-{short_code(region)}"

    def topic(self, purpose: Topic) -> str:
        """SNS: 256 characters."""
        return f"{self.prefix}-{purpose}"

    def secret(self, purpose: Secret) -> str:
        """Secrets Manager: 512 characters. Its ARN ends in a hyphen and six characters that AWS chooses."""
        return f"{self.prefix}-{purpose}"

    def stream(self, purpose: Stream) -> str:
        """Kinesis: 128 characters."""
        return f"{self.prefix}-{purpose}"

    def key_value_store(self) -> str:
        """CloudFront: 64 characters, one namespace an account."""
        return f"{self.prefix}-playback"

    def user_pool(self) -> str:
        """Cognito: 128 characters."""
        return f"{self.prefix}-viewers"

    def api(self) -> str:
        """API Gateway: 128 characters."""
        return f"{self.prefix}-playback"


class Contract(NamedTuple):
    """A rendered name beside what AWS allows."""

    what: str
    name: str
    limit: int
    """Characters."""


def contracts(names: Names, regions: Iterable[str]) -> Iterator[Contract]:
    """Every contract name of a stack in `regions`. Limits: each service's API reference, as the methods of `Names` say."""
    for region in regions:
        yield from (Contract("S3 bucket", names.bucket(purpose, region), 63) for purpose in get_args(Bucket))
        yield from (Contract("IAM role", names.role(workload, region), 64) for workload in get_args(Role))
        yield Contract("load balancer", names.load_balancer(region), 32)
        yield Contract("region switch plan", names.region_switch(region), 32)
    yield Contract("IAM policy", names.boundary(), 128)
    yield from (Contract("Lambda function", names.function(workload), 64) for workload in get_args(Function))
    yield from (Contract("SQS queue", names.queue(purpose), 80) for purpose in get_args(Queue))
    yield from (Contract("DynamoDB table", names.table(purpose), 255) for purpose in get_args(Table))
    yield from (Contract("KMS alias", names.key_alias(data_class), 256) for data_class in get_args(DataClass))
    yield from (Contract("target group", names.target_group(purpose), 32) for purpose in get_args(TargetGroup))
    yield from (Contract("log group", names.function_log_group(workload), 512) for workload in get_args(Function))
    yield from (Contract("log group", names.log_group(purpose), 512) for purpose in get_args(LogGroup))
    yield Contract("web ACL", names.web_acl(), 128)
    yield Contract("log group", names.web_acl_log_group(), 512)
    yield Contract("web ACL", names.key_provider(), 128)
    yield Contract("log group", names.key_provider_web_acl_log_group(), 512)
    yield Contract("web ACL", names.edge_web_acl(), 128)
    yield Contract("log group", names.edge_web_acl_log_group(), 512)
    yield from (Contract("log delivery", names.log_delivery(what), 60) for what in get_args(LogDelivery))
    yield from (Contract("state machine", names.state_machine(purpose), 80) for purpose in get_args(StateMachine))
    yield Contract("MediaConvert queue", names.encode_queue(), 128)
    yield Contract("event archive", names.event_bus(), 48)
    yield from (Contract("event rule", names.event_rule(purpose), 64) for purpose in (*get_args(EventRule), *get_args(BusRule)))
    yield from (Contract("ECR repository", names.repository(purpose), 256) for purpose in get_args(Encoding))
    yield from (Contract("compute environment", names.compute_environment(purpose), 128) for purpose in get_args(Encoding))
    yield from (Contract("job queue", names.job_queue(purpose), 128) for purpose in get_args(Encoding))
    yield from (Contract("job definition", names.job_definition(purpose), 128) for purpose in get_args(Encoding))
    yield from (Contract("placement group", names.placement_group(purpose), 255) for purpose in get_args(PlacementGroup))
    yield from (Contract("SNS topic", names.topic(purpose), 256) for purpose in get_args(Topic))
    yield from (Contract("secret", names.secret(purpose), 512) for purpose in get_args(Secret))
    yield from (Contract("stream", names.stream(purpose), 128) for purpose in get_args(Stream))
    yield Contract("key-value store", names.key_value_store(), 64)
    yield Contract("user pool", names.user_pool(), 128)
    yield Contract("API", names.api(), 128)
    yield Contract("live group", names.live_group(), 64)
    yield Contract("packaging group", names.packaging_group(), 256)


def live_channel(names: Names, channel: str) -> str:
    """MediaLive's name of a channel: 256 characters, and a channel's own name has 24."""
    return f"{names.prefix}-{channel}"
