"""The workflow's states between a verified version and its publication, where MediaPackage packages just in time."""

from collections.abc import Mapping

from pulumi import Resource

from components.identity.statement import Statement, allow
from components.media.retries import retries
from components.media.states import State
from components.refs import PackagingRef, Placement
from marquee.domain import titles

PACKAGE = "Package"
"""Where they begin; they end in `Publish` with the manifests' whole addresses in `$check`."""


class PackageStep:
    """What just-in-time packaging adds to the state machine and to its role."""

    states: Mapping[str, State]
    statements: tuple[Statement, ...]
    depends_on: tuple[Resource, ...]

    def __init__(self, placement: Placement, ref: PackagingRef, *, bucket: str, tags: Mapping[str, str], depends_on: tuple[Resource, ...]):
        role_arn = f"arn:aws:iam::{placement.account}:role/{placement.names.role('packaging', placement.region)}"
        asset = f"arn:aws:mediapackage-vod:{placement.region}:{placement.account}:assets/*"
        passed = {"StringEquals": {"iam:PassedToService": "mediapackage.amazonaws.com"}}
        self.states = _states(ref, role_arn=role_arn, bucket=bucket, tags=tags)
        self.statements = (
            allow(
                "mediapackage-vod:CreateAsset",
                on="*",
                reason="making an asset supports no resource; source: Service Authorization Reference, AWS Elemental MediaPackage VOD",
            ),
            allow("mediapackage-vod:DescribeAsset", "mediapackage-vod:TagResource", on=asset),
            allow("iam:PassRole", on=role_arn, when=passed),
        )
        self.depends_on = depends_on


def _states(ref: PackagingRef, *, role_arn: str, bucket: str, tags: Mapping[str, str]) -> dict[str, State]:
    """An asset a title version. A second run of the same version finds the first one's asset."""
    hls, dash = (f"$endpoints[PackagingConfigurationId = '{identifier}'].Url" for identifier in ref.configurations)
    prefix = f"'arn:aws:s3:::{bucket}/{titles.CLEAR}' & $titleId & '/' & $titleVersion & '/{titles.HLS_MANIFEST}'"
    playback = f"$merge([$check.playback, {{'hls': {hls}, 'dash': {dash}}}])"
    attributes = f"$merge([$check.attributes, {{'hls': {{'S': {hls}}}, 'dash': {{'S': {dash}}}}}])"
    answer = {"endpoints": "{% $states.result.EgressEndpoints %}"}
    which = {"Id": "{% $titleId & '_' & $titleVersion %}"}
    task: State = {"Type": "Task", "Assign": answer, "Output": {}, "Retry": retries(), "TimeoutSeconds": 60, "Next": "Packaged"}
    return {
        PACKAGE: {
            **task,
            "Resource": "arn:aws:states:::aws-sdk:mediapackagevod:createAsset",
            "Arguments": {
                **which,
                "PackagingGroupId": ref.group_id,
                "ResourceId": "{% $titleId & '_' & $titleVersion %}",
                "SourceArn": f"{{% {prefix} %}}",
                "SourceRoleArn": role_arn,
                "Tags": dict(tags),
            },
            "Catch": [{"ErrorEquals": ["MediaPackageVod.UnprocessableEntityException"], "Output": {}, "Next": "FindAsset"}],
        },
        "FindAsset": {**task, "Resource": "arn:aws:states:::aws-sdk:mediapackagevod:describeAsset", "Arguments": which},
        "Packaged": {
            "Type": "Pass",
            "Assign": {"check": f"{{% $merge([$check, {{'playback': {playback}, 'attributes': {attributes}}}]) %}}"},
            "Output": {},
            "Next": "Publish",
        },
    }
