"""Where data commands go: a running emulator, or a region of an AWS account."""
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

import json
import os
import socket
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from marquee.domain.names import Names
from marquee.errors import MarqueeError
from marquee.settings import Settings

_REMEMBERED = Path(".cache") / "emulator.json"


class Running(Protocol):
    """As much of an emulator as a target needs."""

    def environment(self, account: str, region: str) -> dict[str, str]:
        """Variables with which an AWS SDK talks to it."""
        ...


@dataclass(frozen=True, kw_only=True)
class Target:
    """One region of one stack, and how to reach it."""

    stack: str
    names: Names
    region: str
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    """AWS variables of an emulator; empty for an account."""
    profile: str | None = None
    """Profile of the AWS configuration; None for the SDK's own order (variables, then the default profile)."""

    @classmethod
    def of_emulator(cls, emulator: Running, settings: Settings, region: str | None = None) -> "Target":
        """The stack as the emulator holds it, in `region` or the primary one."""
        place = _region(settings, region)
        return cls(
            stack=settings.stack, names=settings.names, region=place, environment=emulator.environment(settings.accounts.workload, place)
        )

    @classmethod
    def of_account(cls, settings: Settings, *, profile: str | None, region: str | None = None) -> "Target":
        """The stack in its AWS account. Raises MarqueeError (exit 2) if the credentials are those of another account, or none."""
        target = cls(stack=settings.stack, names=settings.names, region=_region(settings, region), profile=profile)
        try:
            account = target.client("sts").get_caller_identity()["Account"]
        except Exception as error:
            raise MarqueeError(f"no access to AWS: {error}", fix="run `aws sso login`, or name another --profile", exit_code=2) from error
        if account != settings.accounts.workload:
            raise MarqueeError(
                f"the credentials are of account {account}, and the stack {settings.stack} lives in {settings.accounts.workload}",
                fix="name the profile of that account with --profile",
                exit_code=2,
            )
        return target

    @classmethod
    def remembered_in(cls, project: Path, settings: Settings, region: str | None = None) -> "Target | None":
        """The stack on an emulator that `marquee local serve` runs now, or None."""
        place = _region(settings, region)
        try:
            noted = json.loads((project / _REMEMBERED).read_text())
            if noted["stack"] != settings.stack or not _answers(noted["environment"]["AWS_ENDPOINT_URL"]):
                return None
            environment: dict[str, str] = {**noted["environment"], "AWS_REGION": place, "AWS_DEFAULT_REGION": place}
        except (OSError, ValueError, KeyError, TypeError):
            return None  # no file, or one of another version
        return cls(stack=settings.stack, names=settings.names, region=place, environment=environment)

    @contextmanager
    def remembered(self, project: Path) -> Generator[None]:
        """Lets other processes of this user find the emulator for as long as the block lasts."""
        path = project / _REMEMBERED
        path.parent.mkdir(parents=True, exist_ok=True)
        noted = {"stack": self.stack, "environment": dict(self.environment)}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(noted, file)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)

    def client(self, service: Any) -> Any:
        """A boto3 client. That of an emulator knows no other endpoint, whatever the user's own AWS settings are."""
        if not self.environment:
            return boto3.Session(profile_name=self.profile, region_name=self.region).client(service)
        given = self.environment
        session = boto3.Session(
            aws_access_key_id=given["AWS_ACCESS_KEY_ID"], aws_secret_access_key=given["AWS_SECRET_ACCESS_KEY"], region_name=self.region
        )
        return session.client(
            service,
            endpoint_url=given["AWS_ENDPOINT_URL"],
            verify=given["AWS_CA_BUNDLE"],
            config=Config(s3={"addressing_style": "path"}),
        )


def _region(settings: Settings, wanted: str | None) -> str:
    names = [region.name for region in settings.regions]
    if wanted is not None and wanted not in names:
        raise MarqueeError(f"the stack {settings.stack} has no region {wanted}", fix=f"it has {', '.join(names)}", exit_code=2)
    return wanted or settings.primary.name


def _answers(endpoint: str) -> bool:
    """A process that was killed leaves its note behind."""
    place = urlsplit(endpoint)
    try:
        socket.create_connection((place.hostname or "", place.port or 0), timeout=2).close()
    except OSError:
        return False
    return True
