"""How long the pack takes a resource and a stack over gRPC, beside a pack of as many policies on the SDK's own server.

Usage: python -m benchmarks.policy_pack [--resources N]
Prints the median and the slowest of Analyze + Remediate a resource (ms), and AnalyzeStack by stack size (ms).
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2

from tests.policy.case import all_cases
from tests.policy.harness import PACK, Analyzer, Item, analyzer, request_of, stack_request

TARGET_MS = 2.0
"""Median of Analyze and Remediate together, a resource."""


def stack_of(size: int) -> list[Item]:
    """A stack of `size` resources: the subjects of the cases, over and over, under names of their own."""
    random_ = random.Random(size)  # noqa: S311 - the same stack each time
    subjects = [case.items[0] for case in all_cases()]
    chosen = [random_.choice(subjects) for _ in range(size)]
    return [Item(subject.type, subject.props, f"r{n}", provider={"region": "eu-west-1"}) for n, subject in enumerate(chosen)]


@contextmanager
def naive_pack(policies: int) -> Iterator[Path]:
    """A pack on the SDK's server: `policies` resource policies and a tenth as many stack policies, each reading two properties."""
    with tempfile.TemporaryDirectory() as folder:
        pack = Path(folder)
        (pack / "PulumiPolicy.yaml").write_text("runtime: python\n")
        (pack / "__main__.py").write_text(
            textwrap.dedent(f"""
            from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy, StackValidationPolicy

            def resource(args, report):
                if args.resource_type.startswith("aws:") and "tags" in args.props and "name" in args.props:
                    pass

            def stack(args, report):
                for resource in args.resources:
                    resource.props

            PolicyPack("naive", enforcement_level=EnforcementLevel.MANDATORY, policies=[
                *(ResourceValidationPolicy(f"r{{n}}", "d", resource) for n in range({policies})),
                *(StackValidationPolicy(f"s{{n}}", "d", stack) for n in range({max(1, policies // 10)})),
            ])
            """)
        )
        yield pack


def milliseconds(call: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def a_resource(pack: Analyzer, items: Sequence[Item]) -> list[tuple[float, str]]:
    """Analyze + Remediate for each item: ms and type. The first hundred calls warm the process up."""
    requests = [request_of(item) for item in items]
    for request in requests[:100]:
        pack.stub.Analyze(request)

    def both(request: analyzer_pb2.AnalyzeRequest) -> None:
        pack.stub.Remediate(request)
        pack.stub.Analyze(request)

    return [(milliseconds(partial(both, request)), request.type) for request in requests]


def a_stack(pack: Analyzer, items: Sequence[Item]) -> float:
    """AnalyzeStack over all items, ms; the best of three."""
    request: analyzer_pb2.AnalyzeStackRequest = stack_request(items)
    return min(milliseconds(lambda: pack.stub.AnalyzeStack(request)) for _ in range(3))


def main() -> int:
    """Measure and print; exit code 1 if the median misses the target or AnalyzeStack is not linear."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--resources", type=int, default=600)
    size: int = parser.parse_args().resources
    sizes = (size, size * 2, size * 4)
    with analyzer(pack=PACK) as ours:
        policies = len(ours.info().policies)
        times = a_resource(ours, stack_of(size))
        floor = statistics.median(milliseconds(lambda: ours.stub.GetPluginInfo(empty_pb2.Empty())) for _ in range(300))
        median, slowest = statistics.median(ms for ms, _ in times), max(times)
        stacks = [a_stack(ours, stack_of(n)) for n in sizes]
    print(f"pack, {policies} policies: median {median:.2f} ms a resource, slowest {slowest[0]:.2f} ms ({slowest[1]})")
    print(f"of which two empty calls: {2 * floor:.2f} ms")
    print("AnalyzeStack: " + ", ".join(f"{n} resources {ms:.0f} ms" for n, ms in zip(sizes, stacks, strict=True)))
    with naive_pack(policies) as folder, analyzer(pack=folder) as naive:
        print(f"naive, {policies} policies: median {statistics.median(ms for ms, _ in a_resource(naive, stack_of(60))):.2f} ms a resource")
        print(f"naive AnalyzeStack: {size} resources {a_stack(naive, stack_of(size)):.0f} ms")
    linear = stacks[-1] / stacks[0] < 4 * 1.5
    return 0 if median <= TARGET_MS and linear else 1


if __name__ == "__main__":
    sys.exit(main())
