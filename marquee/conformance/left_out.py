"""What is left out of a plan or an apply although the emulator makes it otherwise, and why; all of it is validated."""

from typing import Final

NOT_PLANNED: Final[dict[str, str]] = {
    "aws:cloudcontrol/resource:Resource": (
        "for a plan the provider asks CloudFormation for the type's schema (DescribeType), which MiniStack lacks and our create "
        "function does without"
    ),
}
"""Type token → why the provider cannot plan it against the emulator."""

NOT_APPLIED: Final[dict[str, str]] = NOT_PLANNED | {
    "aws:medialive/channel:Channel": (
        "it sends to addresses of the channel that Cloud Control makes; as that is left out, they are made up and alike, so the "
        "provider's set keeps one of them, and two pipelines need two"
    ),
}
"""Type token → why the provider cannot apply it to the emulator. Beside these stands what the emulator has no call for (`SIMULATED`)."""
