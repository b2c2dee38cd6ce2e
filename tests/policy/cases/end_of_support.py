"""D: services, engines and runtimes that AWS has given up, or will. G1.3 to G1.5 are the runtimes of functions."""

from typing import Any

from tests.policy.case import UNKNOWN, Case, Item, fails, not_applicable, on, passes, unknown
from tests.policy.cases._policies import TABLE

CONTAINER = Item("aws:mediastore/container:Container", {"name": "c"})
MESH = Item("aws:appmesh/mesh:Mesh", {"name": "m"})
TRANSCODER = Item("aws:elastictranscoder/pipeline:Pipeline", {"inputBucket": "b", "role": "r"})


def _function(runtime: Any = None) -> Item:
    return Item("aws:lambda/function:Function", {"role": "r"} if runtime is None else {"role": "r", "runtime": runtime})


def _database(engine: Any, version: Any = None, type_: str = "aws:rds/cluster:Cluster") -> Item:
    needs: dict[str, dict[str, Any]] = {
        "aws:rds/instance:Instance": {"instanceClass": "db.t4g.micro"},
        "aws:rds/globalCluster:GlobalCluster": {"globalClusterIdentifier": "g"},
    }
    return Item(type_, {"engine": engine, **needs.get(type_, {}), **({} if version is None else {"engineVersion": version})})


def _search(version: Any = None) -> Item:
    return Item("aws:opensearch/domain:Domain", {} if version is None else {"engineVersion": version})


def _kubernetes(version: Any = None) -> Item:
    props = {"roleArn": "r", "vpcConfig": {"subnetIds": ["s"]}}
    return Item("aws:eks/cluster:Cluster", props if version is None else {**props, "version": version})


def _cache(version: Any = None, **props: Any) -> Item:
    base = {"description": "d", **props}
    return Item("aws:elasticache/replicationGroup:ReplicationGroup", base if version is None else {**base, "engineVersion": version})


def _pair(ended: str, ending: str, *, old: Item, soon: Item, new: Item, unread: Item) -> tuple[Case, ...]:
    """The two controls of one product on an ended, an ending and a current version, on 2026-11-23."""
    return (
        not_applicable(ended, "another type", TABLE),
        not_applicable(ending, "another type", TABLE),
        fails(ended, "ended", old, at="Support ended on 20"),
        passes(ending, "ended, which blocks already", old),
        passes(ended, "about to end", soon),
        fails(ending, "about to end", soon, at="Support ends on 202", warnDays=365),
        passes(ending, "sooner than asked for", soon, warnDays=1),
        passes(ended, "current", new),
        passes(ending, "current", new),
        unknown(ended, "not known yet", unread, at="ersion" if "runtime" not in unread.props else "runtime"),
        unknown(ending, "not known yet", unread),
    )


CASES = (
    not_applicable("D1", "another type", TABLE),
    not_applicable("D1.2", "another type", TABLE),
    fails("D1", "MediaStore", CONTAINER, at="use S3 behind CloudFront"),
    fails("D1", "App Mesh", MESH, at="2026-09-30"),
    fails("D1", "Elastic Transcoder", TRANSCODER),
    on("2026-09-29", passes("D1", "the day before", MESH)),
    on("2026-09-30", fails("D1", "the first day without", MESH)),
    passes("D1.2", "ended, which blocks already", MESH),
    on("2026-09-29", fails("D1.2", "the day before", MESH, at="Support ends on 2026-09-30")),
    on("2026-01-01", passes("D1.2", "long before", MESH)),
    on("2026-01-01", fails("D1.2", "long before, asked for early", MESH, warnDays=365)),
    *_pair("G1.3", "G1.4", old=_function("python3.8"), soon=_function("ruby3.3"), new=_function("python3.13"), unread=_function(UNKNOWN)),
    not_applicable("G1.3", "an image", _function()),
    not_applicable("G1.4", "an image", _function()),
    passes("G1.3", "newer than the registry", _function("python3.19")),
    fails("G1.3", "long ended", _function("go1.x"), at="runtime"),
    fails("G1.3", "a prefix of another", _function("nodejs")),
    on("2027-10-30", passes("G1.3", "the day before a year is over", _function("python3.10"))),
    on("2027-10-31", fails("G1.3", "a year later", _function("python3.10"))),
    not_applicable("G1.5", "another type", TABLE),
    not_applicable("G1.5", "an image", _function()),
    passes("G1.5", "current", _function("python3.13")),
    passes("G1.5", "long ended, which is G1.3's", _function("go1.x")),
    fails("G1.5", "ended lately", _function("python3.9"), at="Support ended on 2025-12-15"),
    unknown("G1.5", "not known yet", _function(UNKNOWN), at="runtime"),
    on("2026-10-30", passes("G1.5", "the day before", _function("python3.10"))),
    on("2026-10-31", fails("G1.5", "the first day without", _function("python3.10"))),
    on("2027-10-30", fails("G1.5", "the last day of the year", _function("python3.10"))),
    on("2027-10-31", passes("G1.5", "a year later, which is G1.3's", _function("python3.10"))),
    *_pair(
        "D2",
        "D2.2",
        old=_database("aurora-postgresql", "13.12"),
        soon=_database("aurora-postgresql", "14"),
        new=_database("aurora-postgresql", "16.4"),
        unread=_database("aurora-postgresql", UNKNOWN),
    ),
    not_applicable("D2", "no version", _database("aurora-mysql")),
    not_applicable("D2", "another engine", _database("oracle-ee", "19")),
    passes("D2", "Aurora MySQL 3", _database("aurora-mysql", "8.0.mysql_aurora.3.08.0")),
    passes("D2", "Aurora MySQL on MySQL 8.0", _database("aurora-mysql", "8.0")),
    passes("D2", "an odd version", _database("aurora-mysql", "next")),
    passes("D2", "10.11 is no 10.1", _database("mariadb", "10.11.6", "aws:rds/instance:Instance")),
    fails("D2", "Aurora MySQL 2", _database("aurora-mysql", "5.7.mysql_aurora.2.11.4"), at="engineVersion"),
    fails("D2", "MySQL 8.0", _database("mysql", "8.0.39", "aws:rds/instance:Instance"), at="2026-07-31"),
    fails("D2", "PostgreSQL 12", _database("postgres", "12", "aws:rds/instance:Instance")),
    fails("D2", "of a global cluster", _database("aurora-postgresql", "11.9", "aws:rds/globalCluster:GlobalCluster")),
    unknown("D2", "an engine that is not known yet", _database(UNKNOWN, "13"), at="engine"),
    *_pair(
        "D3",
        "D3.2",
        old=_search("OpenSearch_2.9"),
        soon=_search("Elasticsearch_7.10"),
        new=_search("OpenSearch_2.19"),
        unread=_search(UNKNOWN),
    ),
    not_applicable("D3", "no version", _search()),
    passes("D3", "1.3 lives on", _search("OpenSearch_1.3")),
    passes("D3", "an odd version", _search("3")),
    fails("D3", "Elasticsearch", _search("Elasticsearch_7.1"), at="engineVersion"),
    fails("D3", "the older type", Item("aws:elasticsearch/domain:Domain", {"elasticsearchVersion": "6.7"}), at="elasticsearchVersion"),
    fails("D3", "the older type's default", Item("aws:elasticsearch/domain:Domain", {})),
    *_pair("D4", "D4.2", old=_kubernetes("1.33"), soon=_kubernetes("1.34"), new=_kubernetes("1.36"), unread=_kubernetes(UNKNOWN)),
    not_applicable("D4", "no version", _kubernetes()),
    *_pair("D5", "D5.2", old=_cache("5.0.6"), soon=_cache("6.x"), new=_cache("7.1"), unread=_cache(UNKNOWN)),
    not_applicable("D5", "no version", _cache()),
    not_applicable("D5", "Valkey", _cache("8.0", engine="valkey")),
    fails("D5", "a cluster", Item("aws:elasticache/cluster:Cluster", {"engine": "redis", "engineVersion": "4.0.10"}), at="use Valkey"),
)
