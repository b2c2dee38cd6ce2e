"""AWS clients that can reach the emulator and nothing else."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from marquee.emulator import upstream
from marquee.errors import MarqueeError

SECRET_KEY = "test"  # noqa: S105 the emulator's public constant, good for nothing else
_CONFIG = upstream.config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, max_pool_connections=20, read_timeout=120)


def require_loopback(endpoint: str) -> str:
    """`endpoint` itself. Raises MarqueeError unless it names this machine's loopback, so that no call leaves by mistake."""
    if urlsplit(endpoint).hostname not in {"127.0.0.1", "localhost", "::1"}:
        raise MarqueeError(f"{endpoint} is not on the loopback; emulator clients only talk to this machine.")
    return endpoint


def environment(endpoint: str, ca_bundle: str, account: str, region: str) -> dict[str, str]:
    """Environment with which an AWS SDK or the CLI talks to the emulator only: no profile, no instance metadata."""
    return {
        "AWS_ENDPOINT_URL": require_loopback(endpoint),
        "AWS_CA_BUNDLE": ca_bundle,
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    }


@dataclass(frozen=True, kw_only=True)
class Clients:
    """boto3 clients by service, region and account, each kept. They share a session: with one each, making them took 160 ms, not 9."""

    endpoint: str
    ca_bundle: str
    _cache: dict[tuple[str, str, str], Any] = field(default_factory=dict[tuple[str, str, str], Any])
    _session: Any = field(default_factory=upstream.session)
    _lock: threading.RLock = field(default_factory=threading.RLock)  # boto3 sessions are not thread-safe; its clients are

    def client(self, service: str, *, region: str, account: str) -> Any:
        """The client of `service` acting as the root user of `account` (twelve digits)."""
        key = (service, region, account)
        with self._lock:
            if key not in self._cache:
                self._cache[key] = self.client_as(service, region=region, credentials={"access_key": account, "secret_key": SECRET_KEY})
            return self._cache[key]

    def client_as(self, service: str, *, region: str, credentials: Mapping[str, str], config: Any = None) -> Any:
        """A new client with other `credentials`: keys `access_key`, `secret_key` and, for a role's session, `session_token`.

        `config`: a `botocore.config.Config` laid over the defaults (path-style buckets, no retries).
        """
        with self._lock:
            return self._session.client(
                service,
                region_name=region,
                endpoint_url=require_loopback(self.endpoint),
                verify=self.ca_bundle,
                aws_access_key_id=credentials["access_key"],
                aws_secret_access_key=credentials["secret_key"],
                aws_session_token=credentials.get("session_token"),
                config=_CONFIG.merge(config) if config else _CONFIG,
            )
