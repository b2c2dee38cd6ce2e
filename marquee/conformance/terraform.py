"""Running Terraform with the provider found on this machine: no init, no lock file, no state of the user's, no call home."""

import gzip
import json
import os
import signal
import subprocess
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from marquee.conformance.provider import Provider, find_provider, find_terraform
from marquee.conformance.schema import Schema
from marquee.errors import MarqueeError

_SOURCE: Final = "hashicorp/aws"
_KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")


def cache_dir() -> Path:
    """Where schemas are kept between runs, by the provider's version."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "marquee" / "conformance"


@dataclass(frozen=True, kw_only=True)
class Terraform:
    """Terraform and one release of the provider."""

    executable: str
    provider: Provider
    cache: Path

    @classmethod
    def find(cls, cache: Path | None = None) -> "Terraform":
        """What this machine has. Raises MarqueeError, with how to install it, if it has none."""
        executable, kept = find_terraform(), cache or cache_dir()
        return cls(executable=executable, provider=find_provider(kept), cache=kept)

    def schema(self) -> Schema:
        """The provider's schema; printed by Terraform once a version (4 s), then read from the cache (0.3 s)."""
        kept = self.cache / f"aws-{self.provider.version}.schema.json.gz"
        if not kept.exists():
            with self.folder({"terraform": {"required_providers": {"aws": {"source": _SOURCE}}}}) as folder:
                done = folder.run("providers", "schema", "-json", seconds=120)
            if done.returncode != 0:
                raise MarqueeError(f"Terraform could not print the provider's schema: {done.stderr.strip()}")
            part = next(part for name, part in json.loads(done.stdout)["provider_schemas"].items() if name.endswith(_SOURCE))
            _replace(kept, gzip.compress(json.dumps(part).encode(), compresslevel=1))
        return Schema(self.provider.version, json.loads(gzip.decompress(kept.read_bytes())))

    @contextmanager
    def folder(self, document: Mapping[str, Any] | str) -> Generator["Folder"]:
        """A folder with `document` as its configuration; gone afterwards, with any state in it."""
        with TemporaryDirectory(prefix="marquee-terraform-") as name:
            path = Path(name)
            settings = f'provider_installation {{\n  dev_overrides {{ "{_SOURCE}" = {json.dumps(str(self.provider.folder))} }}\n}}\n'
            (path / "settings.tfrc").write_text(settings)
            folder = Folder(path=path, terraform=self)
            folder.write(document)
            yield folder


@dataclass(frozen=True, kw_only=True)
class Folder:
    """A root module in a folder of its own."""

    path: Path
    terraform: Terraform
    environment: dict[str, str] = field(default_factory=dict[str, str])
    """Variables of this folder's runs: an emulator's endpoint and credentials. The user's own AWS settings never reach a run."""

    def write(self, document: Mapping[str, Any] | str) -> None:
        """Make `document` the configuration, in place of what was there."""
        text = document if isinstance(document, str) else json.dumps(document, indent=1)
        target = self.path / "main.tf.json"
        target.write_text(text)
        target.chmod(0o600)  # settings may hold secrets

    def run(self, *arguments: str, seconds: float) -> subprocess.CompletedProcess[str]:
        """`terraform ARGUMENTS`; MarqueeError if it takes longer than `seconds`."""
        process = subprocess.Popen(
            [self.terraform.executable, *arguments],
            cwd=self.path,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            output, errors = process.communicate(timeout=seconds)
        except BaseException as error:
            # The provider is a process of its own, which would outlive a killed Terraform.
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            if isinstance(error, subprocess.TimeoutExpired):
                raise MarqueeError(f"`terraform {arguments[0]}` did not end within {seconds:.0f} s") from error
            raise
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        own = {
            "CHECKPOINT_DISABLE": "1",
            "GOGC": "400",  # collect garbage less often: a sixth less processor time for 550 resources, in the same memory
            "TF_CLI_CONFIG_FILE": str(self.path / "settings.tfrc"),
            "TF_IN_AUTOMATION": "1",
        }
        no_aws = {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
        return kept | no_aws | self.environment | own


def _replace(target: Path, content: bytes) -> None:
    """Write in one step: two processes may fill the cache at once."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(f".{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(target)
