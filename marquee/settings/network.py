"""The VPC of each region: built by the platform, or given to it."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from marquee.settings._checks import Between
from marquee.settings._section import ByProfile, Section
from marquee.settings._vocabulary import Cidr, ListOf, RegionName, SubnetId, VpcId, Whole

EndpointService = Literal[
    "athena", "bedrock-runtime", "ecr.api", "ecr.dkr", "ecs", "ecs-agent", "ecs-telemetry", "elasticfilesystem", "events", "execute-api",
    "glue", "kinesis-firehose", "kinesis-streams", "kms", "lambda", "logs", "monitoring", "rds", "redshift-data", "sagemaker.api",
    "sagemaker.runtime", "secretsmanager", "sns", "sqs", "ssm", "ssmmessages", "states", "sts", "xray",
]  # fmt: skip
"""Last part of an interface endpoint's service name, `com.amazonaws.<region>.<service>`. S3 and DynamoDB have gateway endpoints."""

Subnets = Annotated[tuple[SubnetId, ...], Field(min_length=2, max_length=6), ListOf]


Endpoints = Annotated[
    Annotated[Literal["derived"], Tag("word")] | Annotated[tuple[EndpointService, ...], ListOf, Tag("list")],
    Discriminator(lambda value: "list" if isinstance(value, list | tuple) else "word"),
]


class ExistingNetwork(Section):
    """A VPC that somebody else built; the platform adds security groups to it and nothing else."""

    vpc_id: VpcId
    """The VPC, in the account of the stack. Example: vpc-0123456789abcdef0."""
    public: Subnets
    """Subnets of the load balancer, one a zone, routed to an internet gateway. Example: [subnet-0a11b22c, subnet-0d33e44f]."""
    application: Subnets
    """Subnets of tasks and functions, one a zone, in the order of `public`. Example: [subnet-1a11b22c, subnet-1d33e44f]."""
    data: Subnets
    """Subnets of databases and caches, one a zone, in the order of `public`. Example: [subnet-2a11b22c, subnet-2d33e44f]."""


class Network(Section):
    """How each region's network comes to be. With `mode: existing`, `existing` alone counts beside `az_count`."""

    mode: Literal["create", "existing"] = "create"
    """`create` builds a VPC a region, `existing` uses those under `existing`."""
    az_count: Annotated[Whole, Between(2, 6), ByProfile(starter=2, mature=3)]
    """Availability zones used in every region, 2 to 6, the first of the region's letters. More can be added later without renumbering."""
    nat: Annotated[Literal["single", "per_az"], ByProfile(starter="single", mature="per_az")]
    """NAT gateways: one a region (cheap, lost with its zone) or one a zone."""
    reserved_cidrs: Annotated[tuple[Cidr, ...], ListOf] = ()
    """Ranges in use elsewhere, in offices or peers, that no region may overlap. Example: [10.0.0.0/12]."""
    interface_endpoints: Annotated[Endpoints, ByProfile(starter=[], mature="derived")]
    """Private endpoints of AWS services: `derived` from what the platform calls, or exactly these. Each costs by the hour and zone. A list
    without the base set of the control N7.2 needs an exemption from it."""
    existing: dict[RegionName, ExistingNetwork] = Field(default_factory=dict[RegionName, ExistingNetwork])
    """With `mode: existing`: region → its VPC and subnets, one entry for each region of the stack."""
