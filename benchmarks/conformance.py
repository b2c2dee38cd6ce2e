"""The provider's verdict on the stacks, in seconds per 100 resources, beside plain `terraform validate` of an equal configuration.

    python -m benchmarks.conformance                      dev and prod
    python -m benchmarks.conformance --stack prod --rounds 5

Plain is what a user of Terraform runs: a folder that was initialised, its lock file, the same resources without our copies.
Both take turns, so that a busy machine slows both alike; the median counts. Exits with 1 if both stacks together take more
than 15 seconds, imports and the programs' own runs excluded.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from marquee.conformance.terraform import Folder, Terraform
from marquee.conformance.translate import translate
from marquee.conformance.validate import Stack, load, validate
from marquee.errors import MarqueeError

ROOT = Path(__file__).resolve().parent.parent
LIMIT_SECONDS = 15.0


def main() -> None:
    """Print the figures of each stack, and of all together."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--stack", action="append", help="stack to judge; may be repeated (default dev and prod)")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each kind (default 3)")
    options = parser.parse_args()
    try:
        terraform = Terraform.find()
    except MarqueeError as error:
        print(f"skipped: {error}")
        return
    totals = [_measure(terraform, load(terraform, ROOT, name), options.rounds) for name in options.stack or ["dev", "prod"]]
    print(f"together {sum(totals):.1f} s (limit {LIMIT_SECONDS:.0f} s)")
    sys.exit(1 if sum(totals) > LIMIT_SECONDS else 0)


def _measure(terraform: Terraform, stack: Stack, rounds: int) -> float:
    ours: list[float] = []
    plain: list[float] = []
    resources = 0
    with tempfile.TemporaryDirectory() as name:
        initialised = _initialised(terraform, stack, Path(name))
        for _ in range(rounds):
            result = validate(terraform, stack)
            if result.failures:
                raise SystemExit("\n".join(map(str, result.failures)))
            resources = result.resources
            ours.append(result.seconds)
            if initialised:
                plain.append(_seconds(terraform, Path(name)))
    judged, told = statistics.median(ours), statistics.median(plain) if plain else float("nan")
    print(
        f"{stack.graph.stack}: {resources} resources, validate {judged:.1f} s, plain {told:.1f} s;"
        f" per 100 resources {judged / resources * 100:.2f} s and {told / resources * 100:.2f} s"
    )
    return judged


def _initialised(terraform: Terraform, stack: Stack, folder: Path) -> bool:
    """Make `folder` what `terraform init` makes; False where that needs the network and there is none."""
    mirror = terraform.provider.folder.parents[4]
    settings = f'provider_installation {{\n  filesystem_mirror {{ path = "{mirror}" }}\n}}\n'
    (folder / "plain.tfrc").write_text(settings)
    document = dict(translate(stack.graph, stack.references).document)
    document["terraform"] = {"required_providers": {"aws": {"source": "hashicorp/aws", "version": terraform.provider.version}}}
    Folder(path=folder, terraform=terraform).write(document)
    return _run(terraform, folder, "init", "-input=false") == 0


def _seconds(terraform: Terraform, folder: Path) -> float:
    started = time.perf_counter()
    _run(terraform, folder, "validate", "-json")
    return time.perf_counter() - started


def _run(terraform: Terraform, folder: Path, *arguments: str) -> int:
    environment = {"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": str(folder / "plain.tfrc"), "HOME": str(folder)}
    return subprocess.run([terraform.executable, *arguments], cwd=folder, env=environment, capture_output=True, check=False).returncode


if __name__ == "__main__":
    main()
