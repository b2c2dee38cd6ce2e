"""The compute environment and its queue."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.media.batch.instances import EncodeInstances
from components.refs import NetworkRef, Placement
from marquee.settings.batch import Batch

_SPOT = "SPOT_PRICE_CAPACITY_OPTIMIZED"
_ON_DEMAND = "BEST_FIT_PROGRESSIVE"


@dataclass(frozen=True, kw_only=True)
class EncodeEnvironmentArgs:
    """Arguments of `EncodeEnvironment`."""

    placement: Placement
    network: NetworkRef
    batch: Batch
    instances: EncodeInstances


class EncodeEnvironment(ComponentResource):
    """Instances come with the first job and go with the last. Batch works with its service-linked role, which updates in place need."""

    queue_arn: str
    """Known before the queue exists."""
    ready: Output[str]
    """The queue's ARN, once it exists."""

    def __init__(self, name: str, args: EncodeEnvironmentArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:media:EncodeEnvironment", name, {}, opts)
        child = ResourceOptions(parent=self)
        place, batch, instances = args.placement, args.batch, args.instances
        spot = batch.capacity == "spot"
        environment = aws.batch.ComputeEnvironment(
            name,
            name=place.names.compute_environment("encode"),
            type="MANAGED",
            state="ENABLED",
            compute_resources={
                "type": "SPOT" if spot else "EC2",
                "allocation_strategy": _SPOT if spot else _ON_DEMAND,
                "instance_types": list(batch.instances),
                "instance_role": instances.profile_arn,
                "min_vcpus": 0,
                "max_vcpus": batch.max_vcpus,
                # The image is the launch template's; this says how its start-up is written.
                "ec2_configurations": [{"image_type": "ECS_AL2023"}],
                "launch_template": {"launch_template_id": instances.template_id, "version": instances.template_version},
                "subnets": self._subnets(args),
                "security_group_ids": [instances.security_group_id],
                "placement_group": instances.placement_group,
            },
            # A new image or size waits for the jobs that run.
            update_policy={"terminate_jobs_on_update": False, "job_execution_timeout_minutes": 60},
            opts=child,
        )
        queue_name = place.names.job_queue("encode")
        queue = aws.batch.JobQueue(
            name,
            name=queue_name,
            state="ENABLED",
            priority=1,
            compute_environment_orders=[{"order": 1, "compute_environment": environment.arn}],
            opts=child,
        )
        self.queue_arn = f"arn:aws:batch:{place.region}:{place.account}:job-queue/{queue_name}"
        self.ready = queue.arn
        self.register_outputs({"queue": self.ready})

    def _subnets(self, args: EncodeEnvironmentArgs) -> list[Input[str]]:
        """A cluster placement group lies in one zone, so that a second subnet could only fail."""
        subnets = args.network.application_subnet_ids
        return list(subnets[:1] if args.batch.low_latency else subnets)
