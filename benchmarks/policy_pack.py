"""How long the pack takes over gRPC for each resource of a stack, and for the stack, beside as many naive policies on the SDK's own server.

Usage: PYTHONPATH=policy python -m benchmarks.policy_pack [--stack NAME]
Prints the median and the slowest of Analyze + Remediate a resource (ms), and AnalyzeStack by stack size (ms).
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2

from guard.registry import controls
from guard.resource import Resource
from marquee.engine import run
from marquee.engine.standin import StandIn
from tests.policy.harness import ROOT, Analyzer, analyzer
from tests.policy.stacks import platform
from tests.policy.worlds import stack_to_wire, to_wire, world_of_graph

REMEDIATING = frozenset(control.id for control in controls() if control.remediate)
TARGET_MS = 2.0
"""Median of Analyze and Remediate together, a resource."""


def resources_of(stack: str) -> list[Resource]:
    """All resources of one of the project's stacks, as an update makes them on stand-in values."""
    graph = run(ROOT, stack=stack, backend=StandIn(), preview=False)
    return list(world_of_graph(graph, {}).resources)


def times(resources: Sequence[Resource], factor: int) -> list[Resource]:
    """A stack `factor` times as large, of copies under names of their own."""
    return [
        replace(
            resource,
            urn=f"{resource.urn}-{n}",
            name=f"{resource.name}-{n}",
            property_dependencies={name: tuple(f"{urn}-{n}" for urn in urns) for name, urns in resource.property_dependencies.items()},
        )
        for n in range(factor)
        for resource in resources
    ]


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


def a_resource(pack: Analyzer, resources: Sequence[Resource]) -> list[tuple[float, str]]:
    """Remediate + Analyze for each resource: ms and type. The first hundred calls warm the process up."""
    requests = [to_wire(resource) for resource in resources]
    for request in requests[:100]:
        pack.stub.Analyze(request)

    def both(request: analyzer_pb2.AnalyzeRequest) -> None:
        pack.stub.Remediate(request)
        pack.stub.Analyze(request)

    return [(milliseconds(partial(both, request)), request.type) for request in requests]


def a_stack(pack: Analyzer, resources: Sequence[Resource]) -> float:
    """AnalyzeStack over all resources, ms; the best of three."""
    request = stack_to_wire(list(resources))
    return min(milliseconds(lambda: pack.stub.AnalyzeStack(request)) for _ in range(3))


def main() -> int:
    """Measure and print; exit code 1 if the median misses the target or AnalyzeStack is not linear."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stack", default="prod")
    stack: str = parser.parse_args().stack
    resources = resources_of(stack)
    factors = (1, 2, 4)
    with analyzer({"PULUMI_DRY_RUN": "false"}) as ours:
        info = ours.info()
        ours.configure_stack(preview=False, config={"marquee:platform": platform(stack)})
        ours.configure({policy.name: "remediate" for policy in info.policies if policy.name in REMEDIATING})
        measured = a_resource(ours, resources)
        floor = statistics.median(milliseconds(lambda: ours.stub.GetPluginInfo(empty_pb2.Empty())) for _ in range(300))
        median, slowest = statistics.median(ms for ms, _ in measured), max(measured)
        stacks = [a_stack(ours, times(resources, factor)) for factor in factors]
    policies = len(info.policies)
    print(f"{stack}, {len(resources)} resources, {policies} policies, {len(REMEDIATING)} of them set to remediate")
    print(f"median {median:.2f} ms a resource (target {TARGET_MS}), slowest {slowest[0]:.2f} ms ({slowest[1]})")
    print(f"of which two empty calls: {2 * floor:.2f} ms")
    print("AnalyzeStack: " + ", ".join(f"{len(resources) * n} resources {ms:.0f} ms" for n, ms in zip(factors, stacks, strict=True)))
    with naive_pack(policies) as folder, analyzer(pack=folder) as naive:
        found = a_resource(naive, resources[:: max(1, len(resources) // 60)])
        naive_median, naive_slowest = statistics.median(ms for ms, _ in found), max(found)[0]
        print(f"naive, {policies} policies: median {naive_median:.2f} ms a resource, slowest {naive_slowest:.0f} ms")
        print(f"naive AnalyzeStack: {len(resources)} resources {a_stack(naive, resources):.0f} ms")
    linear = stacks[-1] / stacks[0] < factors[-1] * 1.5
    return 0 if median <= TARGET_MS and linear else 1


if __name__ == "__main__":
    sys.exit(main())
