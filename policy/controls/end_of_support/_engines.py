"""Which product and version a resource runs, as the registry names them."""

import re
from typing import Final

from controls.end_of_support._registry import Product
from guard.node import Node, NotApplicable
from guard.resource import Resource

LAMBDA: Final = ("aws:lambda/function:Function",)
DATABASES: Final = (
    "aws:rds/cluster:Cluster",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:rds/globalCluster:GlobalCluster",
    "aws:rds/instance:Instance",
)
SEARCH: Final = ("aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain")
KUBERNETES: Final = ("aws:eks/cluster:Cluster",)
CACHES: Final = (
    "aws:elasticache/cluster:Cluster",
    "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup",
    "aws:elasticache/replicationGroup:ReplicationGroup",
)

_DATABASES: Final = {
    "aurora": Product.AURORA_MYSQL,
    "aurora-mysql": Product.AURORA_MYSQL,
    "aurora-postgresql": Product.AURORA_POSTGRESQL,
    "mariadb": Product.MARIADB,
    "mysql": Product.MYSQL,
    "postgres": Product.POSTGRES,
}
_AURORA_OF_MYSQL: Final = {"5.6": "1", "5.7": "2", "8.0": "3"}
"""Aurora's own major version by the MySQL that it is compatible with. Source: Aurora MySQL release notes."""
_NO_VERSION: Final = "no version is named, so AWS picks a supported one"
_SEARCH: Final = re.compile(r"(OpenSearch|Elasticsearch)_([\d.]+)")


def runtime(function: Resource) -> tuple[Node, Product]:
    """The runtime of a function from an archive."""
    if function.at("runtime").is_absent:
        raise NotApplicable("the function is an image, whose runtime is its own")
    return function.at("runtime"), Product.LAMBDA


def database(resource: Resource) -> tuple[Node, Product]:
    """The engine version of a relational database; Aurora MySQL's is Aurora's own."""
    version = resource.at("engineVersion")
    if version.is_absent:
        raise NotApplicable(_NO_VERSION)
    product = _DATABASES.get(resource.at("engine").text())
    if product is None:
        raise NotApplicable("the registry has no dates for the engine")
    if product is Product.AURORA_MYSQL:
        base, _, aurora = version.text().partition(".mysql_aurora.")
        return Node(aurora or _AURORA_OF_MYSQL.get(".".join(base.split(".")[:2]), ""), version.path), product
    return version, product


def search(domain: Resource) -> tuple[Node, Product]:
    """The engine version of a search domain. The older type runs Elasticsearch, and the oldest if it names none."""
    if domain.type == "aws:elasticsearch/domain:Domain":
        version = domain.at("elasticsearchVersion")
        return Node(version.text("1.5"), version.path), Product.ELASTICSEARCH
    version = domain.at("engineVersion")
    if version.is_absent:
        raise NotApplicable(_NO_VERSION)
    found = _SEARCH.fullmatch(version.text())
    if not found:
        return Node("", version.path), Product.OPENSEARCH
    return Node(found[2], version.path), Product(found[1])


def kubernetes(cluster: Resource) -> tuple[Node, Product]:
    """The Kubernetes version of a cluster."""
    if cluster.at("version").is_absent:
        raise NotApplicable(_NO_VERSION)
    return cluster.at("version"), Product.EKS


def cache(resource: Resource) -> tuple[Node, Product]:
    """The Redis version of a cache."""
    if resource.at("engine").text("redis") != "redis":
        raise NotApplicable("the registry has dates for Redis alone")
    if resource.at("engineVersion").is_absent:
        raise NotApplicable(_NO_VERSION)
    return resource.at("engineVersion"), Product.REDIS
