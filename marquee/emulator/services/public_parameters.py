"""Public parameters of AWS that MiniStack does not know: the image that encoding instances start from. No instance ever starts here."""
# ruff: noqa: SLF001 MiniStack has no public way in

from marquee.emulator.upstream import module

_IMAGES = {"/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id": "ami-0ec50a1b2c3d4e5f6"}


def install() -> None:
    """Add them. Once."""
    module("ministack.services.ssm")._PUBLIC_AMI_PARAMETERS.update(_IMAGES)
