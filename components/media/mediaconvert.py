"""MediaConvert as the encoder: a queue, the role of its jobs, a record of what became of them, and the states that run one."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, ResourceOptions

from components.identity.role import Role, RoleArgs
from components.identity.statement import Statement, allow, assume_role_policy
from components.media.encoder import EncodeStep
from components.media.mediaconvert_events import JobEvents
from components.media.mediaconvert_states import states
from components.refs import KeyProviderRef, Placement, TopicRef
from components.storage.bucket import EncryptedBucket
from marquee.domain import titles
from marquee.domain.ladder.mediaconvert_ts import CAPTURE
from marquee.settings.mediaconvert import MediaConvert


@dataclass(frozen=True, kw_only=True)
class MediaConvertEncoderArgs:
    """Arguments of `MediaConvertEncoder`."""

    placement: Placement
    settings: MediaConvert
    masters: EncryptedBucket
    renditions: EncryptedBucket
    clear: bool
    """True: renditions are left clear, in the prefix that only just-in-time packaging reads, and their thumbnails where the edge does."""
    key_provider: KeyProviderRef | None
    """Asked for content keys; None where renditions are clear."""
    tags: Mapping[str, str]
    """Tags of cost, which a job does not get from the provider."""
    alarms: TopicRef


class MediaConvertEncoder(ComponentResource):
    """Encodes by jobs of a queue of the stack's own, on demand unless slots are reserved by name.

    It owns no bucket and no workflow: `step` is what the ingest workflow adds to itself.
    """

    step: EncodeStep

    def __init__(self, name: str, args: MediaConvertEncoderArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:media:MediaConvertEncoder", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        queue_name = place.names.encode_queue()
        queue_arn = f"arn:aws:mediaconvert:{place.region}:{place.account}:queues/{queue_name}"
        queue = _queue(name, args, queue_name, child)
        role = Role(
            name,
            RoleArgs(
                role_name=place.names.role("mediaconvert", place.region),
                # The source of a job's calls is its queue. Source: MediaConvert user guide, "Cross-service confused deputy prevention".
                trust=assume_role_policy("mediaconvert.amazonaws.com", account=place.account, source_arn=queue_arn),
                statements=_of_jobs(args),
                boundary_arn=place.boundary_arn,
                description=f"What jobs of the queue {queue_name} may read, write and ask for",
            ),
            opts=child,
        )
        JobEvents(name, placement=place, queue_arn=queue_arn, alarms=args.alarms, opts=child)
        role_arn = f"arn:aws:iam::{place.account}:role/{role.role_name}"
        self.step = EncodeStep(
            states=states(role_arn=role_arn, queue_arn=queue_arn, tags=args.tags),
            statements=_of_workflow(place, role_arn, queue_arn),
            depends_on=(queue, role),
        )
        self.register_outputs({})


def _queue(name: str, args: MediaConvertEncoderArgs, queue_name: str, opts: ResourceOptions) -> aws.mediaconvert.Queue:
    reserved = args.settings.reserved
    return aws.mediaconvert.Queue(
        name,
        name=queue_name,
        description=f"Renditions of {args.placement.names.prefix}",
        pricing_plan="RESERVED" if reserved else "ON_DEMAND",
        reservation_plan_settings={
            "commitment": reserved.commitment.upper(),
            "renewal_type": reserved.renewal.upper(),
            "reserved_slots": reserved.slots,
        }
        if reserved
        else None,
        concurrent_jobs=args.settings.concurrent_jobs,
        opts=opts,
    )


def _of_jobs(args: MediaConvertEncoderArgs) -> tuple[Statement, ...]:
    """A job reads kept masters and captions, writes renditions, and may ask for keys. It deletes and lists nothing."""
    provider, served = args.key_provider, titles.RENDITIONS
    places = (titles.CLEAR, f"{served}*/*{CAPTURE}.") if args.clear else (served,)
    keys = (allow("execute-api:Invoke", on=provider.invoke_arn),) if provider and provider.invoke_arn is not None else ()
    return (*args.masters.read(), *args.renditions.write(*places), *keys)


def _of_workflow(place: Placement, role_arn: str, queue_arn: str) -> tuple[Statement, ...]:
    """What `createJob.sync` needs: jobs in this queue, under this role, tagged; to look at them; and the rule that tells of their end.

    Source: Step Functions Developer Guide, "IAM policies for calling AWS Elemental MediaConvert". It grants everything on `*`; by the
    Service Authorization Reference these actions take the queue and the job.
    """
    here = f"{place.region}:{place.account}"
    return (
        allow("mediaconvert:CreateJob", on=queue_arn),
        allow("mediaconvert:CancelJob", "mediaconvert:GetJob", "mediaconvert:TagResource", on=f"arn:aws:mediaconvert:{here}:jobs/*"),
        allow("iam:PassRole", on=role_arn, when={"StringEquals": {"iam:PassedToService": "mediaconvert.amazonaws.com"}}),
        allow(
            "events:DescribeRule",
            "events:PutRule",
            "events:PutTargets",
            on=f"arn:aws:events:{here}:rule/StepFunctionsGetEventsForMediaConvertJobRule",
        ),
    )
