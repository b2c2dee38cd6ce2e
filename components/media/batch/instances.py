"""The machines that encode: closed to the network, encrypted, and placed so that one rack's loss costs little."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, InvokeOptions, Output, ResourceOptions

from components.identity.role import Role, RoleArgs
from components.identity.statement import Statement, allow, assume_role_policy
from components.refs import NetworkRef, Placement
from marquee.domain.names import PlacementGroup
from marquee.settings.batch import Batch

_IMAGE = "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"
"""Public parameter: the newest image with the ECS agent.
Source: Amazon ECS Developer Guide, "Retrieving Amazon ECS-optimized Linux AMI metadata"."""
_ROOT_DISK = "/dev/xvda"
_GROUPS: dict[str, PlacementGroup] = {"cluster": "encode-cluster", "partition": "encode-partition", "spread": "encode-spread"}
_PARTITIONS = 7  # groups of racks a zone, the most there are


@dataclass(frozen=True, kw_only=True)
class EncodeInstancesArgs:
    """Arguments of `EncodeInstances`."""

    placement: Placement
    network: NetworkRef
    batch: Batch
    environment: str
    """Name of the compute environment: Batch names its ECS cluster after it."""
    tags: Mapping[str, str]
    """Of instances and volumes, which a provider's default tags do not reach."""


class EncodeInstances(ComponentResource):
    """Launch template, instance profile, security group, placement group. An instance runs containers and has no other permission."""

    template_id: Output[str]
    template_version: Output[str]
    profile_arn: Output[str]
    security_group_id: Output[str]
    placement_group: Output[str] | None

    def __init__(self, name: str, args: EncodeInstancesArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:media:EncodeInstances", name, {}, opts)
        child = ResourceOptions(parent=self)
        self.security_group_id = self._security_group(name, args)
        self.placement_group = self._placement_group(name, args)
        role = Role(
            name,
            RoleArgs(
                role_name=args.placement.names.role("encode-instance", args.placement.region),
                trust=_EC2_TRUST,
                statements=_register(args),
                boundary_arn=args.placement.boundary_arn,
                description="What an encoding instance may do: run the containers that ECS gives it",
            ),
            opts=child,
        )
        profile = aws.iam.InstanceProfile(
            name, name=role.role_name, role=role.role_name, opts=ResourceOptions(parent=self, depends_on=[role])
        )
        self.profile_arn = profile.arn
        template = self._template(name, args)
        self.template_id, self.template_version = template.id, template.latest_version.apply(str)
        self.register_outputs({"template": self.template_id})

    def _template(self, name: str, args: EncodeInstancesArgs) -> aws.ec2.LaunchTemplate:
        # Looked up at each deployment and pinned in a version of the template: Batch copies the template into one of its own, and
        # nothing says that `resolve:ssm:` outlives that.
        image = aws.ssm.get_parameter_output(name=_IMAGE, opts=InvokeOptions(parent=self))
        disk = {"volume_size": args.batch.scratch_gib, "volume_type": "gp3", "encrypted": "true", "kms_key_id": args.placement.keys.media}
        return aws.ec2.LaunchTemplate(
            name,
            description="Instances that AWS Batch encodes on",
            image_id=image.insecure_value,  # a public parameter; `value` would be marked as a secret
            block_device_mappings=[{"device_name": _ROOT_DISK, "ebs": {**disk, "delete_on_termination": "true"}}],  # pyright: ignore[reportArgumentType]
            # One hop: containers, which are another, never see the instance's role. Theirs comes from the ECS agent.
            metadata_options={"http_tokens": "required", "http_put_response_hop_limit": 1, "http_endpoint": "enabled"},
            monitoring={"enabled": True},
            tag_specifications=[{"resource_type": kind, "tags": dict(args.tags)} for kind in ("instance", "volume")],
            update_default_version=True,
            opts=ResourceOptions(parent=self),
        )

    def _security_group(self, name: str, args: EncodeInstancesArgs) -> Output[str]:
        child = ResourceOptions(parent=self)
        group = aws.ec2.SecurityGroup(
            name,
            vpc_id=args.network.vpc_id,
            description="Encoding instances",
            tags={"Name": f"{args.placement.names.prefix}-encode"},
            opts=child,
        )
        # S3 answers from public addresses even through its gateway endpoint, and a key provider may be anywhere: by port, not by address.
        aws.vpc.SecurityGroupEgressRule(
            name,
            security_group_id=group.id,
            description="HTTPS to AWS and the key provider",
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            cidr_ipv4="0.0.0.0/0",
            opts=child,
        )
        return group.id

    def _placement_group(self, name: str, args: EncodeInstancesArgs) -> Output[str] | None:
        """A rack's loss then takes one instance, or one group's, and not all chunks of a title.

        Source: Amazon EC2 User Guide, "Placement groups".
        """
        strategy = "cluster" if args.batch.low_latency else args.batch.placement
        if strategy == "none":
            return None
        group = aws.ec2.PlacementGroup(
            name,
            name=args.placement.names.placement_group(_GROUPS[strategy]),
            strategy=strategy,
            partition_count=_PARTITIONS if strategy == "partition" else None,
            opts=ResourceOptions(parent=self),
        )
        return group.name


_EC2_TRUST = assume_role_policy("ec2.amazonaws.com")
"""EC2 sends no source account when it takes on an instance's role. Source: IAM User Guide, "Cross-service confused deputy prevention"."""


def _register(args: EncodeInstancesArgs) -> tuple[Statement, ...]:
    """What the ECS agent calls. Images are pulled and logs written by the execution role.

    Batch makes the cluster and names it after the environment: `AWSBatch-<environment>-<id>`.
    Source: Amazon ECS Developer Guide, "Amazon ECS container instance IAM role".
    """
    ecs = f"arn:aws:ecs:{args.placement.region}:{args.placement.account}"
    cluster, instance = f"{ecs}:cluster/AWSBatch-{args.environment}-*", f"{ecs}:container-instance/AWSBatch-{args.environment}-*/*"
    made_by_registering = {"StringEquals": {"ecs:CreateAction": "RegisterContainerInstance"}}
    return (
        allow(
            "ecs:DeregisterContainerInstance", "ecs:RegisterContainerInstance", "ecs:SubmitAttachmentStateChanges",
            "ecs:SubmitContainerStateChange", "ecs:SubmitTaskStateChange", on=cluster,
        ),
        allow("ecs:Poll", "ecs:StartTelemetrySession", "ecs:UpdateContainerInstancesState", on=instance),
        allow("ecs:TagResource", on=instance, when=made_by_registering),
        allow("ecs:DiscoverPollEndpoint", on="*", reason="it supports no resource; source: Service Authorization Reference, ECS"),
    )  # fmt: skip
