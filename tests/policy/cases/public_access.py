"""P: public access."""

import json
from typing import Any

from tests.policy.case import UNKNOWN, Item, fails, not_applicable, passes, unknown

BUCKET = "aws:s3/bucket:Bucket"
BUCKET_V2 = "aws:s3/bucketV2:BucketV2"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
ACL = "aws:s3/bucketAcl:BucketAcl"
OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
ACCOUNT_BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
DATABASE = "aws:rds/instance:Instance"
SEARCH = "aws:opensearch/domain:Domain"
WAREHOUSE = "aws:redshift/cluster:Cluster"
WORKGROUP = "aws:redshiftserverless/workgroup:Workgroup"
KAFKA = "aws:msk/cluster:Cluster"
SENDERS = "aws:medialive/inputSecurityGroup:InputSecurityGroup"
ALL = {"blockPublicAcls": True, "blockPublicPolicy": True, "ignorePublicAcls": True, "restrictPublicBuckets": True}
OTHER = Item("aws:dynamodb/table:Table", {})
"""A resource of another type than the controls judge."""
EVERYBODY = "http://acs.amazonaws.com/groups/global/AllUsers"
SIGNED_IN = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"


def _block(*, refs: tuple[str, ...] = ("subject",), **flags: Any) -> Item:
    return Item(BLOCK, {"bucket": UNKNOWN, **ALL, **flags}, "block", {"bucket": refs})


def _lone_block(**flags: Any) -> Item:
    return Item(BLOCK, {"bucket": "b", **ALL, **flags})


def _account_block(**flags: Any) -> Item:
    return Item(ACCOUNT_BLOCK, {**ALL, **flags})


def _flag(control: str, flag: str) -> tuple[Any, ...]:
    """The cases of a control over one flag of the block."""
    return (
        passes(control, "on", _lone_block()),
        fails(control, "off", _lone_block(**{flag: False}), at=flag),
        fails(control, "missing", _lone_block(**{flag: None})),
        not_applicable(control, "another type", OTHER),
        unknown(control, "not known yet", _lone_block(**{flag: UNKNOWN}), at=flag),
    )


def _acl(name: Any = None, *, grants: Any = (), bucket: str = "subject", type_: str = ACL) -> Item:
    props: dict[str, Any] = {"bucket": UNKNOWN, **({"acl": name} if name else {})}
    if grants:
        given = [{"permission": permission, "grantee": {"type": "Group", "uri": uri}} for uri, permission in grants]
        props["accessControlPolicy"] = {"grants": given, "owner": {"id": "o"}}
    return Item(type_, props, "acl", {"bucket": [bucket]})


def _inside(uri: str, *permissions: str) -> Item:
    return Item(BUCKET, {"grants": [{"type": "Group", "uri": uri, "permissions": list(permissions)}]})


def _holder(type_: str, *statements: dict[str, Any], **props: Any) -> Item:
    return Item(type_, {**props, "policy": json.dumps({"Version": "2012-10-17", "Statement": list(statements)})})


def _grant(principal: Any = "*", condition: Any = None, effect: str = "Allow") -> dict[str, Any]:
    statement = {"Effect": effect, "Principal": principal, "Action": "x:Do", "Resource": "*"}
    return {**statement, "Condition": condition} if condition else statement


def _everybody(control: str, type_: str, **props: Any) -> tuple[Any, ...]:
    """The cases of a control over the principals of a resource's policy."""
    ours = {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}
    return (
        passes(control, "named", _holder(type_, _grant({"AWS": "arn:aws:iam::111122223333:root"}), **props)),
        passes(control, "a service", _holder(type_, _grant({"Service": "s3.amazonaws.com"}), **props)),
        passes(control, "denied", _holder(type_, _grant(effect="Deny"), **props)),
        passes(control, "within the organisation", _holder(type_, _grant(condition=ours), **props)),
        fails(control, "everybody", _holder(type_, _grant(), **props), at="policy.Statement[0].Principal"),
        fails(control, "everybody, as an object", _holder(type_, _grant({"AWS": "*"}), **props)),
        fails(control, "everybody, in a list, second", _holder(type_, _grant("arn:aws:iam::1"), _grant({"AWS": ["a", "*"]}), **props)),
        fails(control, "but for one", _holder(type_, _grant(condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}), **props)),
        fails(control, "by TLS", _holder(type_, _grant(condition={"Bool": {"aws:SecureTransport": "true"}}), **props)),
        fails(control, "any source", _holder(type_, _grant(condition={"StringLike": {"aws:SourceArn": "*"}}), **props)),
        not_applicable(control, "another type", OTHER),
        unknown(control, "one ARN makes the text unknown", Item(type_, {**props, "policy": UNKNOWN}), at="policy"),
    )


HOME = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}


def _distribution(*origins: Any, default: Any = None, ordered: Any = ()) -> Item:
    behaviours: dict[str, Any] = {"defaultCacheBehavior": default or {"targetOriginId": "site"}, "orderedCacheBehaviors": list(ordered)}
    return Item("aws:cloudfront/distribution:Distribution", {"enabled": True, "origins": list(origins), **behaviours})


def _origin(domain: str, access: Any = None, *, custom: bool = True) -> dict[str, Any]:
    config = {"customOriginConfig": {"originProtocolPolicy": "https-only"}} if custom else {}
    return {"originId": "o", "domainName": domain, **config, **({"originAccessControlId": access} if access else {})}


BUCKET_DOMAIN = "b.s3.eu-west-1.amazonaws.com"
FUNCTION_DOMAIN = "abc.lambda-url.eu-west-1.on.aws"


def _path(pattern: Any, origin: Any = "media", **behaviour: Any) -> dict[str, Any]:
    return {"pathPattern": pattern, "targetOriginId": origin, **behaviour}


def _authentication(**kinds: Any) -> Item:
    return Item(KAFKA, {"clientAuthentication": kinds})


def _brokers(kind: Any) -> Item:
    return Item(KAFKA, {"brokerNodeGroupInfo": {"connectivityInfo": {"publicAccess": {"type": kind}}}})


CASES = (
    passes("P1", "blocked", Item(BUCKET, {}), _block()),
    passes(
        "P1",
        "through the ownership controls",
        Item(BUCKET, {}),
        Item(OWNERSHIP, {"bucket": UNKNOWN, "rule": {"objectOwnership": "BucketOwnerEnforced"}}, "owner", {"bucket": ["subject"]}),
        _block(refs=("owner",)),
    ),
    fails("P1", "no block", Item(BUCKET, {})),
    fails("P1", "policies not blocked", Item(BUCKET, {}), _block(blockPublicPolicy=False)),
    fails("P1", "flag missing", Item(BUCKET, {}), _block(blockPublicAcls=None)),
    fails("P1", "another bucket's", Item(BUCKET, {}), Item(BUCKET, {}, "other"), _block(refs=("other",))),
    not_applicable("P1", "no bucket", Item(BLOCK, {"bucket": "b"}, "block")),
    unknown("P1", "flag not known yet", Item(BUCKET, {}), _block(blockPublicAcls=UNKNOWN), at="blockPublicAcls"),
    *_flag("P1.2", "blockPublicAcls"),
    *_flag("P1.3", "blockPublicPolicy"),
    *_flag("P1.4", "ignorePublicAcls"),
    *_flag("P1.5", "restrictPublicBuckets"),
    passes("P1.6", "all on", _account_block()),
    fails(
        "P1.6",
        "one off, beside an unknown",
        _account_block(blockPublicAcls=UNKNOWN, ignorePublicAcls=False),
        at="ignorePublicAcls",
    ),
    fails("P1.6", "one missing", _account_block(restrictPublicBuckets=None), at="restrictPublicBuckets"),
    not_applicable("P1.6", "a bucket's", _lone_block()),
    unknown("P1.6", "not known yet", _account_block(blockPublicAcls=UNKNOWN), at="blockPublicAcls"),
    passes("P2", "no ACL", Item(BUCKET, {})),
    passes("P2", "private", Item(BUCKET, {}), _acl("private")),
    passes("P2", "a grant to an account", Item(BUCKET, {}), _acl(grants=[("http://acs.amazonaws.com/groups/s3/LogDelivery", "WRITE")])),
    passes("P2", "another bucket's", Item(BUCKET, {}), Item(BUCKET, {}, "b"), _acl("public-read", bucket="b")),
    passes("P2", "a public grant to write, which is P2.2's", _inside(EVERYBODY, "WRITE")),
    fails("P2", "beside the bucket", Item(BUCKET, {}), _acl("public-read"), at="acl"),
    fails("P2", "beside, of the older name", Item(BUCKET_V2, {}), _acl("public-read-write", type_="aws:s3/bucketAclV2:BucketAclV2")),
    fails("P2", "readable by any AWS account", Item(BUCKET, {}), _acl("authenticated-read"), at="acl"),
    passes("P2", "a grant to any AWS account, which is P2.4's", _inside(SIGNED_IN, "READ")),
    fails("P2", "inside the bucket", Item(BUCKET_V2, {"acl": "public-read"}), at="acl"),
    fails("P2", "a grant to write the list", _inside(EVERYBODY, "WRITE_ACP")),
    fails("P2", "a grant inside", _inside(EVERYBODY, "WRITE", "READ"), at="grants[0]"),
    fails("P2", "a grant beside", Item(BUCKET, {}), _acl(grants=[(UNKNOWN, "READ"), (EVERYBODY, "FULL_CONTROL")]), at="grants[1]"),
    not_applicable("P2", "no bucket", OTHER),
    unknown("P2", "name not known yet", Item(BUCKET, {}), _acl(UNKNOWN), at="acl"),
    unknown("P2", "to whom is not known yet", _inside(UNKNOWN, "READ"), at="uri"),
    passes("P2.2", "readable, which is P2's", Item(BUCKET, {}), _acl("public-read")),
    passes("P2.2", "a public grant to read", _inside(EVERYBODY, "READ")),
    fails("P2.2", "beside the bucket", Item(BUCKET, {}), _acl("public-read-write"), at="acl"),
    fails("P2.2", "inside the bucket", Item(BUCKET_V2, {"acl": "public-read-write"})),
    fails("P2.2", "a grant of ACLs", Item(BUCKET, {}), _acl(grants=[(EVERYBODY, "WRITE_ACP")]), at="grants[0]"),
    not_applicable("P2.2", "no bucket", OTHER),
    unknown("P2.2", "name not known yet", Item(BUCKET, {}), _acl(UNKNOWN), at="acl"),
    passes("P2.4", "no ACL", Item(BUCKET, {})),
    passes("P2.4", "readable by all, which is P2's", Item(BUCKET, {}), _acl("public-read")),
    passes("P2.4", "a grant to everybody, which is P2's", _inside(EVERYBODY, "READ")),
    fails("P2.4", "beside the bucket", Item(BUCKET, {}), _acl("authenticated-read"), at="acl"),
    fails("P2.4", "inside the bucket", Item(BUCKET_V2, {"acl": "authenticated-read"})),
    fails("P2.4", "a grant inside", _inside(SIGNED_IN, "READ_ACP", "WRITE"), at="grants[0]"),
    fails("P2.4", "a grant beside", Item(BUCKET, {}), _acl(grants=[(UNKNOWN, "READ"), (SIGNED_IN, "WRITE")]), at="grants[1]"),
    not_applicable("P2.4", "no bucket", OTHER),
    unknown("P2.4", "name not known yet", Item(BUCKET, {}), _acl(UNKNOWN), at="acl"),
    unknown("P2.4", "to whom is not known yet", _inside(UNKNOWN, "WRITE"), at="uri"),
    passes("P2.3", "enforced", Item(OWNERSHIP, {"bucket": "b", "rule": {"objectOwnership": "BucketOwnerEnforced"}})),
    fails("P2.3", "preferred", Item(OWNERSHIP, {"bucket": "b", "rule": {"objectOwnership": "BucketOwnerPreferred"}}), at="objectOwnership"),
    fails("P2.3", "the writer's", Item(OWNERSHIP, {"bucket": "b", "rule": {"objectOwnership": "ObjectWriter"}})),
    not_applicable("P2.3", "another type", OTHER),
    unknown("P2.3", "not known yet", Item(OWNERSHIP, {"bucket": "b", "rule": {"objectOwnership": UNKNOWN}}), at="objectOwnership"),
    passes("P3", "private", Item(DATABASE, {"publiclyAccessible": False})),
    passes("P3", "private by default", Item(DATABASE, {})),
    fails("P3", "public", Item(DATABASE, {"publiclyAccessible": True}), at="publiclyAccessible"),
    fails("P3", "of a cluster", Item("aws:rds/clusterInstance:ClusterInstance", {"publiclyAccessible": True})),
    not_applicable("P3", "another type", OTHER),
    unknown("P3", "not known yet", Item(DATABASE, {"publiclyAccessible": UNKNOWN}), at="publiclyAccessible"),
    passes("P4", "inside", Item(SEARCH, {"vpcOptions": {"subnetIds": [UNKNOWN]}})),
    fails("P4", "outside", Item(SEARCH, {}), at="vpcOptions"),
    fails("P4", "outside, of the older name", Item("aws:elasticsearch/domain:Domain", {})),
    not_applicable("P4", "another type", OTHER),
    unknown("P4", "not known yet", Item(SEARCH, {"vpcOptions": UNKNOWN}), at="vpcOptions"),
    passes("P4.2", "on", Item(SEARCH, {"advancedSecurityOptions": {"enabled": True}})),
    fails("P4.2", "off", Item(SEARCH, {"advancedSecurityOptions": {"enabled": False}}), at="advancedSecurityOptions.enabled"),
    fails("P4.2", "missing, of the older name", Item("aws:elasticsearch/domain:Domain", {})),
    not_applicable("P4.2", "another type", OTHER),
    unknown("P4.2", "not known yet", Item(SEARCH, {"advancedSecurityOptions": {"enabled": UNKNOWN}}), at="enabled"),
    passes("P5", "private", Item(WAREHOUSE, {"publiclyAccessible": False})),
    passes("P5", "private by default", Item(WORKGROUP, {})),
    fails("P5", "not said, which older providers take for public", Item(WAREHOUSE, {}), at="publiclyAccessible"),
    fails("P5", "public", Item(WAREHOUSE, {"publiclyAccessible": True}), at="publiclyAccessible"),
    fails("P5", "serverless", Item(WORKGROUP, {"publiclyAccessible": True})),
    not_applicable("P5", "another type", OTHER),
    unknown("P5", "not known yet", Item(WAREHOUSE, {"publiclyAccessible": UNKNOWN}), at="publiclyAccessible"),
    *_everybody("P6", "aws:sns/topicPolicy:TopicPolicy", arn="arn:t"),
    passes("P6", "from our addresses", _holder("aws:sns/topic:Topic", _grant(condition=HOME))),
    fails("P6", "with a comma too many", Item("aws:sns/topic:Topic", {"policy": json.dumps({"Statement": [_grant()]})[:-1] + ",}"})),
    fails("P6", "inside the topic", _holder("aws:sns/topic:Topic", _grant())),
    fails("P6", "from every address", _holder("aws:sns/topic:Topic", _grant(condition={"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}))),
    *_everybody("P6.2", "aws:sqs/queuePolicy:QueuePolicy", queueUrl="q"),
    fails("P6.2", "inside the queue", _holder("aws:sqs/queue:Queue", _grant())),
    fails("P6.2", "a role of any account", _holder("aws:sqs/queue:Queue", _grant({"AWS": "arn:aws:iam::*:role/sender"})), at="AWS"),
    *_everybody("P6.3", "aws:ecr/repositoryPolicy:RepositoryPolicy", repository="r"),
    *_everybody("P6.4", "aws:s3/bucketPolicy:BucketPolicy", bucket="b"),
    fails("P6.4", "inside the bucket", _holder("aws:s3/bucket:Bucket", _grant())),
    fails("P6.4", "from our addresses", _holder("aws:s3/bucketPolicy:BucketPolicy", _grant(condition=HOME), bucket="b")),
    passes("P7", "signed", _distribution(_origin(BUCKET_DOMAIN, "oac", custom=False))),
    passes("P7", "domain not known yet", _distribution(_origin(UNKNOWN, "oac", custom=False))),
    fails("P7", "not signed", _distribution(_origin("x"), _origin(BUCKET_DOMAIN, custom=False)), at="origins[1].originAccessControlId"),
    fails(
        "P7",
        "the older identity",
        _distribution(
            {**_origin(BUCKET_DOMAIN, custom=False), "s3OriginConfig": {"originAccessIdentity": "origin-access-identity/cloudfront/E"}}
        ),
    ),
    not_applicable("P7", "no bucket", _distribution(_origin("x"))),
    unknown("P7", "not known yet", _distribution(_origin(BUCKET_DOMAIN, UNKNOWN, custom=False)), at="originAccessControlId"),
    passes("P7.2", "signed", _distribution(_origin(FUNCTION_DOMAIN, "oac"))),
    passes("P7.2", "no function", _distribution(_origin("x.example.org"))),
    fails("P7.2", "not signed", _distribution(_origin(FUNCTION_DOMAIN)), at="origins[0].originAccessControlId"),
    not_applicable("P7.2", "buckets alone", _distribution(_origin(BUCKET_DOMAIN, custom=False))),
    unknown("P7.2", "domain not known yet", _distribution(_origin(UNKNOWN)), at="domainName"),
    passes("P8", "signed", _distribution(ordered=[_path("/media/*", trustedKeyGroups=["k"])])),
    passes(
        "P8",
        "posters are public",
        _distribution(ordered=[_path("*.m3u8", trustedKeyGroups=["k"]), _path("/posters/*")]),
        public=["/posters/*"],
    ),
    passes(
        "P8",
        "other paths by parameter",
        _distribution(ordered=[_path("/media/*"), _path("/x/*", "o", trustedKeyGroups=["k"])]),
        media="^/x/",
    ),
    fails("P8", "by its path", _distribution(ordered=[_path("/a", "o"), _path("/hls/*")]), at="orderedCacheBehaviors[1].trustedKeyGroups"),
    fails("P8", "by its extension", _distribution(ordered=[_path("*.mpd")])),
    fails("P8", "empty", _distribution(ordered=[_path("*.m4s", trustedKeyGroups=[])])),
    fails(
        "P8",
        "the default behaviour reads the same origin",
        _distribution(default={"targetOriginId": "media"}, ordered=[_path("/vod/*", trustedKeyGroups=["k"])]),
        at="defaultCacheBehavior.trustedKeyGroups",
    ),
    fails("P8", "beside an unknown", _distribution(ordered=[_path("/hls/*", trustedKeyGroups=UNKNOWN), _path("/dash/*")]), at="[1]"),
    not_applicable("P8", "no media", _distribution(ordered=[_path("/api/*")])),
    not_applicable("P8", "another type", OTHER),
    unknown("P8", "not known yet", _distribution(ordered=[_path("/live/*", trustedKeyGroups=UNKNOWN)]), at="trustedKeyGroups"),
    passes("P9", "off", _brokers("DISABLED")),
    passes("P9", "off by default", Item(KAFKA, {})),
    fails("P9", "on", _brokers("SERVICE_PROVIDED_EIPS"), at="publicAccess.type"),
    not_applicable("P9", "another type", OTHER),
    unknown("P9", "not known yet", _brokers(UNKNOWN), at="publicAccess.type"),
    passes("P9.2", "IAM", _authentication(sasl={"iam": True})),
    passes("P9.2", "certificates", _authentication(tls={"certificateAuthorityArns": ["arn:c"]}, unauthenticated=False)),
    fails("P9.2", "anonymous beside IAM", _authentication(sasl={"iam": True}, unauthenticated=True), at="unauthenticated"),
    fails("P9.2", "IAM off", _authentication(sasl={"iam": False})),
    fails("P9.2", "nothing said", Item(KAFKA, {}), at="clientAuthentication"),
    not_applicable("P9.2", "another type", OTHER),
    unknown("P9.2", "not known yet", _authentication(sasl={"iam": UNKNOWN}), at="iam"),
    passes("P10", "known senders", Item(SENDERS, {"whitelistRules": [{"cidr": "192.0.2.7/32"}]})),
    fails(
        "P10",
        "everybody, beside an unknown",
        Item(SENDERS, {"whitelistRules": [{"cidr": UNKNOWN}, {"cidr": "0.0.0.0/0"}]}),
        at="whitelistRules[1]",
    ),
    not_applicable("P10", "another type", OTHER),
    unknown("P10", "not known yet", Item(SENDERS, {"whitelistRules": [{"cidr": UNKNOWN}]}), at="cidr"),
)
