"""The names of a deployed stack: records and health checks of its Route 53, kept current, and their answers."""
# pyright: reportMissingTypeStubs=false

from collections.abc import Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from marquee.emulator.dns.health import Health
from marquee.emulator.dns.records import read_checks, read_records
from marquee.emulator.dns.resolver import Answer, Resolver, Viewer
from marquee.emulator.process import Emulator


class Names:
    """Resolves inside `with`, where health checks run. Read once: records change with a deployment, never with a failure."""

    def __init__(self, emulator: Emulator, account: str, regions: Sequence[str]):
        """`regions`: the stack's, the first of them the viewer's place unless told otherwise."""
        self._emulator, self._account = emulator, account
        self.viewer = Viewer(region=regions[0])
        route53 = emulator.client("route53", region="us-east-1", account=account)
        self.health = Health(checks=read_checks(route53), get=self._get, alarm=self._alarm)
        self._resolver = Resolver(records=read_records(route53), healthy=self.health.healthy, reachable=lambda _: True)

    def __enter__(self) -> "Names":
        self.health.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.health.stop()

    def resolve(self, name: str, kind: str = "A", viewer: Viewer | None = None) -> Answer | None:
        """As Route 53 would answer now."""
        return self._resolver.resolve(name, kind, viewer or self.viewer)

    def host(self, name: str) -> str | None:
        """The AWS host behind a name of the platform; a name that is none of the platform's stands for itself."""
        answer = self.resolve(name)
        return answer.target if answer is not None else name

    def _get(self, url: str) -> int:
        scheme, _, rest = url.partition("://")
        name, slash, path = rest.partition("/")
        return self._emulator.visit("GET", f"{scheme}://{self.host(name)}{slash}{path}").status

    def _alarm(self, region: str, name: str) -> str:
        client: Any = self._emulator.client("cloudwatch", region=region, account=self._account)
        try:
            found = client.describe_alarms(AlarmNames=[name])["MetricAlarms"]
        except (BotoCoreError, ClientError) as error:
            raise ConnectionError(f"{region} does not tell of its alarms") from error
        return found[0]["StateValue"] if found else "INSUFFICIENT_DATA"
