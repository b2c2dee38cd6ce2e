"""The workflow's states between a verified version and its publication, where MediaPackage packages just in time."""

from collections.abc import Mapping
from typing import Final

from pulumi import Resource

from components.identity.statement import Statement, allow
from components.media.retries import retries
from components.media.states import State, choice
from components.refs import PackagingRef, Placement
from marquee.domain import packaging, titles

PACKAGE = "Package"
"""Where they begin. They end in `Publish`, with the manifests' names in `$check`, or in `Incomplete`, with the problem there."""

_WAIT: Final = 30
"""Seconds between two looks at an asset that MediaPackage takes in: minutes, or more for a long title."""
_LOOKS: Final = 480
"""Four hours. An execution has room for 25,000 events, and a look takes about ten."""


class PackageStep:
    """What just-in-time packaging adds to the state machine and to its role."""

    states: Mapping[str, State]
    statements: tuple[Statement, ...]
    depends_on: tuple[Resource, ...]

    def __init__(self, placement: Placement, ref: PackagingRef, *, bucket: str, tags: Mapping[str, str], depends_on: tuple[Resource, ...]):
        role_arn = f"arn:aws:iam::{placement.account}:role/{placement.names.role('packaging', placement.region)}"
        asset = f"arn:aws:mediapackage-vod:{placement.region}:{placement.account}:assets/*"
        passed = {"StringEquals": {"iam:PassedToService": "mediapackage.amazonaws.com"}}
        self.states = {**_ingest(ref, role_arn=role_arn, bucket=bucket, tags=tags), "Packaged": _packaged(ref)}
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


def _ingest(ref: PackagingRef, *, role_arn: str, bucket: str, tags: Mapping[str, str]) -> dict[str, State]:
    """An asset a title version, and waiting until it plays. A second run of the same version finds the first one's asset."""
    source = f"'arn:aws:s3:::{bucket}/{titles.CLEAR}' & $titleId & '/' & $titleVersion & '/{titles.HLS_MANIFEST}'"
    which = {"Id": "{% $titleId & '_' & $titleVersion %}"}
    task: State = {"Type": "Task", "Output": {}, "Retry": retries(), "TimeoutSeconds": 60}
    ours = f"$endpoints[PackagingConfigurationId in {list(ref.configurations)}]"  # configurations of former settings may be there too
    plays = f"$count({ours}[Status = 'PLAYABLE']) = {len(ref.configurations)}"
    ends = f"$count({ours}[Status = 'FAILED']) > 0 or $looks >= {_LOOKS}"
    problem = "'MediaPackage has not taken the renditions in: ' & $join($endpoints.Status, ', ')"
    return {
        PACKAGE: {
            **task,
            "Resource": "arn:aws:states:::aws-sdk:mediapackagevod:createAsset",
            "Arguments": {
                **which,
                "PackagingGroupId": ref.group_id,
                "ResourceId": "{% $titleId & '_' & $titleVersion %}",
                "SourceArn": f"{{% {source} %}}",
                "SourceRoleArn": role_arn,
                "Tags": dict(tags),
            },
            "Assign": {"looks": 0},
            "Next": "FindAsset",
            "Catch": [
                {
                    "ErrorEquals": ["MediaPackageVod.UnprocessableEntityException"],
                    "Assign": {"looks": 0},
                    "Output": {},
                    "Next": "FindAsset",
                }
            ],
        },
        "FindAsset": {
            **task,
            "Resource": "arn:aws:states:::aws-sdk:mediapackagevod:describeAsset",
            "Arguments": which,
            "Assign": {"endpoints": "{% $append([], $states.result.EgressEndpoints) %}", "looks": "{% $looks + 1 %}"},
            "Next": "Playable?",
        },
        "Playable?": choice({f"{{% {plays} %}}": "Packaged", f"{{% {ends} %}}": "Unpackaged"}, otherwise="LetAssetIngest"),
        "LetAssetIngest": {"Type": "Wait", "Seconds": _WAIT, "Output": {}, "Next": "FindAsset"},
        "Unpackaged": {
            "Type": "Pass",
            "Assign": {"check": f"{{% $merge([$check, {{'problems': [{problem}]}}]) %}}"},
            "Output": {},
            "Next": "Incomplete",
        },
    }


def _packaged(ref: PackagingRef) -> State:
    """The manifests' names, below the prefix that every title has: the edge fetches what lies below `_jit/` there from MediaPackage."""
    hls, dash = (
        f"'{packaging.PREFIX}{ref.region}/' & $substringAfter($endpoints[PackagingConfigurationId = '{name}'].Url, '{packaging.EGRESS}/')"
        for name in ref.configurations
    )
    prefix = f"'{titles.RENDITIONS}' & $titleId & '/' & $titleVersion & '/'"
    found = {"prefix": prefix, "hls": hls, "dash": dash}
    playback = ", ".join(f"'{name}': {value}" for name, value in found.items())
    attributes = ", ".join(f"'{name}': {{'S': {value}}}" for name, value in found.items())
    check = f"{{'playback': $merge([$check.playback, {{{playback}}}]), 'attributes': $merge([$check.attributes, {{{attributes}}}])}}"
    return {"Type": "Pass", "Assign": {"check": f"{{% $merge([$check, {check}]) %}}"}, "Output": {}, "Next": "Publish"}
