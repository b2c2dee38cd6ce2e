"""What a region copies to the others: renditions to each of them, masters to one.

Every region writes its own titles' renditions and serves everybody's, so that the copies form a mesh. S3 does not replicate what is
itself a replica, so that nothing goes in circles. Source: Amazon S3 User Guide, "What isn't replicated with replication
configurations?".
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from components.identity.role import Role, RoleArgs
from components.identity.statement import Statement, allow, through_bucket
from components.refs import BucketRef, MediaRefs, Placement, TopicRef
from marquee.domain.names import Role as WorkloadRole
from marquee.domain.regions import short_code

_MINUTES = 15
"""The one threshold that S3 offers for replication time control."""

Purpose = Literal["masters", "renditions"]
_ROLES: dict[Purpose, WorkloadRole] = {"masters": "copy-masters", "renditions": "copy-renditions"}


@dataclass(frozen=True, kw_only=True)
class Route:
    """One bucket's objects to one other bucket."""

    purpose: Purpose
    source: BucketRef
    destination: BucketRef

    @property
    def rule_id(self) -> str:
        """Id of the rule in the source's configuration, a dimension of its metrics."""
        return f"to-{short_code(self.destination.region)}"


def routes(regions: Mapping[str, MediaRefs]) -> tuple[Route, ...]:
    """Every route of a stack, in the order of its regions, the primary one first; none for a single region.

    Masters have one copy elsewhere: those of the primary region in the second, all others in the primary. So a further region adds
    routes and changes none.
    """
    names = list(regions)
    if len(names) == 1:
        return ()
    found: list[Route] = []
    for index, name in enumerate(names):
        elsewhere = regions[names[0 if index else 1]]
        found.append(Route(purpose="masters", source=regions[name].masters, destination=elsewhere.masters))
        found += [
            Route(purpose="renditions", source=regions[name].renditions, destination=regions[other].renditions)
            for other in names
            if other != name
        ]
    return tuple(found)


@dataclass(frozen=True, kw_only=True)
class MediaReplicationArgs:
    """Arguments of `MediaReplication`."""

    placement: Placement
    routes: Sequence[Route]
    """All of the stack's: those out of this region are made here, those into it are watched here."""
    locked: bool
    """True if masters are under Object Lock, whose retention is replicated with them."""
    alarms: TopicRef


class MediaReplication(ComponentResource):
    """One region's end of the replication, both ways: its configurations, roles and alarms."""

    def __init__(self, name: str, args: MediaReplicationArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:media:MediaReplication", name, {}, opts)
        child = ResourceOptions(parent=self)
        region = args.placement.region
        out = [route for route in args.routes if route.source.region == region]
        for purpose in _ROLES:
            if of_bucket := [route for route in out if route.purpose == purpose]:
                self._replicate(f"{name}-{purpose}", args, purpose, of_bucket)
        for route in out:
            _alarm_of_failures(f"{name}-{route.purpose}-{route.rule_id}", route, args.alarms, child)
        for route in args.routes:
            if route.destination.region == region:
                _alarm_of_delay(f"{name}-{route.purpose}-from-{short_code(route.source.region)}", route, args.alarms, child)
        self.register_outputs({})

    def _replicate(self, name: str, args: MediaReplicationArgs, purpose: Purpose, out: Sequence[Route]) -> None:
        place, source = args.placement, out[0].source
        role = Role(
            name,
            RoleArgs(
                role_name=place.names.role(_ROLES[purpose], place.region),
                trust=_trust(place.account),
                statements=_statements(source, [route.destination for route in out], locked=args.locked and purpose == "masters"),
                boundary_arn=place.boundary_arn,
                description=f"Copies {purpose} to other regions",
            ),
            opts=ResourceOptions(parent=self),
        )
        # S3 refuses a destination that is not there or not versioned yet.
        there = Output.all(role.ready, *[route.destination.ready for route in out])
        aws.s3.BucketReplicationConfig(
            name,
            bucket=source.ready,
            role=there.apply(lambda ready: ready[0]),
            rules=[_rule(route, priority) for priority, route in enumerate(out, start=1)],  # pyright: ignore[reportArgumentType]
            opts=ResourceOptions(parent=self),
        )


def _rule(route: Route, priority: int) -> dict[str, Any]:
    """Of several rules S3 applies one for each destination, so that priorities only have to differ."""
    minutes = {"minutes": _MINUTES}
    return {
        "id": route.rule_id,
        "status": "Enabled",
        "priority": priority,
        "filter": {"prefix": ""},
        "delete_marker_replication": {"status": "Enabled"},  # a takedown holds everywhere
        "source_selection_criteria": {"sse_kms_encrypted_objects": {"status": "Enabled"}},
        "destination": {
            "bucket": route.destination.arn,
            "encryption_configuration": {"replica_kms_key_id": route.destination.key_arn},
            "replication_time": {"status": "Enabled", "time": minutes},
            "metrics": {"status": "Enabled", "event_threshold": minutes},
        },
    }


def _trust(account: str) -> str:
    """S3's documentation names no source key that it sends for replication: a condition that wants one might stop it, `IfExists` cannot.

    What keeps others out is that only this account's principals can hand this role to S3 (`iam:PassRole`).
    Source: Amazon S3 User Guide, "Setting up permissions for live replication".
    """
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEqualsIfExists": {"aws:SourceAccount": account}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _statements(source: BucketRef, destinations: Sequence[BucketRef], *, locked: bool) -> list[Statement]:
    """What S3 needs to read versions here and to write replicas there, each through S3 in its own region."""
    of_versions = ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"]
    if locked:
        of_versions += ["s3:GetObjectLegalHold", "s3:GetObjectRetention"]
    found = [
        allow("s3:GetReplicationConfiguration", "s3:ListBucket", on=source.arn),
        allow(*of_versions, on=f"{source.arn}/*"),
        allow("kms:Decrypt", on=source.key_arn, when=through_bucket(source.arn, source.region)),
    ]
    for bucket in destinations:
        found.append(allow("s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags", on=f"{bucket.arn}/*"))
        # The bucket key is a data key; without one S3 would encrypt by the key itself.
        found.append(allow("kms:Encrypt", "kms:GenerateDataKey", on=bucket.key_arn, when=through_bucket(bucket.arn, bucket.region)))
    return found


def _alarm_of_failures(name: str, route: Route, alarms: TopicRef, opts: ResourceOptions) -> None:
    """The metric of failures is published in the source's region, that of the delay in the destination's.

    Source: Amazon S3 User Guide, "Using S3 Replication metrics".
    """
    _alarm(
        name,
        route,
        alarms,
        opts,
        alarm_description=f"Objects of {route.source.name} could not be copied to {route.destination.name}: see to the role and the keys",
        metric_name="OperationsFailedReplication",
        statistic="Sum",
        threshold=0,
        evaluation_periods=1,
    )


def _alarm_of_delay(name: str, route: Route, alarms: TopicRef, opts: ResourceOptions) -> None:
    _alarm(
        name,
        route,
        alarms,
        opts,
        alarm_description=f"{route.destination.name} is more than {_MINUTES} minutes behind {route.source.name}",
        metric_name="ReplicationLatency",
        statistic="Maximum",
        threshold=_MINUTES * 60,  # the metric is in seconds
        evaluation_periods=3,
    )


def _alarm(name: str, route: Route, alarms: TopicRef, opts: ResourceOptions, **properties: Any) -> None:
    aws.cloudwatch.MetricAlarm(
        name,
        namespace="AWS/S3",
        dimensions={"SourceBucket": route.source.name, "DestinationBucket": route.destination.name, "RuleId": route.rule_id},
        period=300,
        comparison_operator="GreaterThanThreshold",
        treat_missing_data="notBreaching",  # nothing written, nothing to copy
        alarm_actions=[alarms.arn],
        ok_actions=[alarms.arn],
        opts=opts,
        **properties,
    )
