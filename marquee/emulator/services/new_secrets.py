"""What CreateSecret makes: replicas in the regions asked for, and no version where no value was given.

MiniStack ignores the regions, and makes a version that is current and holds nothing.
Source: AWS Secrets Manager API Reference, CreateSecret.
"""
# ruff: noqa: SLF001 MiniStack has no public way in

from typing import Any

from marquee.emulator.upstream import module


def install() -> None:
    """Take the place of MiniStack's `_create_secret`. Once; the handler looks it up by its name at each request."""
    secrets = module("ministack.services.secretsmanager")
    create = secrets._create_secret

    def create_secret(data: dict[str, Any]) -> Any:
        answer = create(data)
        if answer[0] >= 300:
            return answer
        _, secret = secrets._resolve(data["Name"])
        if "SecretString" not in data and "SecretBinary" not in data:
            secret["Versions"].clear()
        if data.get("AddReplicaRegions"):
            refusal = secrets._replicate_secret_to_regions({**data, "SecretId": data["Name"]})
            if refusal[0] >= 300:
                return refusal
        return answer

    secrets._create_secret = create_secret
