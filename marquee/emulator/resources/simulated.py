"""Types that neither emulator answers, and what stands in for their outputs."""

from marquee.emulator.resources.context import Aws, Outputs
from marquee.emulator.resources.inputs import Inputs

SIMULATED: dict[str, tuple[str, str]] = {
    "aws:arcregionswitch/plan:Plan": (
        "arn:aws:arc-region-switch::{account}:plan/{name}:abc123",
        "no library emulates ARC Region switch",
    ),
    "aws:ebs/defaultKmsKey:DefaultKmsKey": ("", "moto, where EC2 lives, knows no key: KMS lives in MiniStack"),
    "aws:ec2/placementGroup:PlacementGroup": (
        "arn:aws:ec2:{region}:{account}:placement-group/{name}",
        "moto, where EC2 lives, lacks CreatePlacementGroup",
    ),
    "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec": ("", "MiniStack, where Route 53 lives, signs no zone"),
    "aws:route53/keySigningKey:KeySigningKey": ("", "MiniStack, where Route 53 lives, signs no zone"),
    "aws:shield/protectionHealthCheckAssociation:ProtectionHealthCheckAssociation": (
        "",
        "moto, where Shield lives, lacks AssociateHealthCheck",
    ),
    "aws:ssm/document:Document": ("arn:aws:ssm:{region}:{account}:document/{name}", "MiniStack, where SSM lives, lacks CreateDocument"),
}
"""Type → the form of its ARN if it has one, and why nothing is created. Any other type without a create function is refused."""


def arn_of(aws: Aws, token: str, given: Inputs) -> Outputs:
    """The ARN in its real form: it enters policies and other resources, where a made-up one would be refused."""
    texts = {name: given[name] for name in given if isinstance(given[name], str)}
    arn = SIMULATED[token][0].format(**{"name": aws.physical(given)} | texts | {"region": aws.region, "account": aws.account})
    return {"arn": arn} if arn else {}
