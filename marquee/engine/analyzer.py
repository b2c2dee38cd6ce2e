"""A policy pack over the analyzer protocol: each resource before it is made, the whole stack at the end.

The order is the real engine's: remediate, then analyze, then create. A mandatory violation stops an update before the resource is
made; a preview goes on, and all violations are reported at its end.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Self

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2

from marquee.engine.errors import PolicyViolation
from marquee.engine.events import Event, PolicyResult, Remediated
from marquee.engine.findings import Finding, Level
from marquee.engine.graph import Resource
from marquee.engine.pack_config import PackConfig, configure_request
from marquee.engine.pack_process import PackProcess
from marquee.engine.policy_messages import analyze_request, stack_request
from marquee.engine.project import Project
from marquee.engine.values import Value
from marquee.engine.wire import decode

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import TracebackType

_LEVELS: Final[Mapping[int, Level]] = {
    analyzer_pb2.ADVISORY: "advisory",
    analyzer_pb2.MANDATORY: "mandatory",
    analyzer_pb2.DISABLED: "disabled",
    analyzer_pb2.REMEDIATE: "mandatory",  # what is reported after a remediation is what it did not mend
}
_SEVERITIES: Final[Mapping[int, Literal["", "low", "medium", "high", "critical"]]] = {
    analyzer_pb2.POLICY_SEVERITY_UNSPECIFIED: "",
    analyzer_pb2.POLICY_SEVERITY_LOW: "low",
    analyzer_pb2.POLICY_SEVERITY_MEDIUM: "medium",
    analyzer_pb2.POLICY_SEVERITY_HIGH: "high",
    analyzer_pb2.POLICY_SEVERITY_CRITICAL: "critical",
}

# How a pack says that it could not look yet: Pulumi's own words, or those of a pack that handles unknown values itself.
_DEFERRED: Final = re.compile(r"^can't run policy .* during preview|^(\[[^]]*\] )?deferred: ", re.DOTALL)


class Analyzer:
    """A policy pack to run beside a program: `run(…, analyzer=Analyzer(pack_dir))`. May serve one run after another.

    `config` sets levels and parameters of its policies, as `pulumi preview --policy-pack-config` does.
    """

    def __init__(self, pack_dir: Path | str, *, config: PackConfig | None = None):
        self.pack_dir = Path(pack_dir).resolve()
        self.config = config
        self.findings: tuple[Finding, ...] = ()
        """All that the last run's policies found, in the order of the resources, also if the run failed."""
        self.policies: tuple[str, ...] = ()
        """Names of the policies that the last run's pack has."""

    @contextmanager
    def session(self, project: Project, *, preview: bool, emit: Callable[[Event], None]) -> "Generator[Session]":
        """The pack, running for one run of `project`."""
        self.findings, self.policies = (), ()
        with Session(self.pack_dir, project, preview=preview, emit=emit, config=self.config) as session:
            try:
                yield session
            finally:
                self.findings, self.policies = tuple(session.findings), session.policies


class Session(AbstractContextManager["Session"]):
    """One run's talk with the pack. In a preview analyses go on while the program does; `finish` waits for them."""

    def __init__(self, pack_dir: Path, project: Project, *, preview: bool, emit: Callable[[Event], None], config: PackConfig | None = None):
        self.findings: list[Finding] = []
        self.policies: tuple[str, ...] = ()
        self._project = project
        self._preview = preview
        self._emit = emit
        self._config = config
        self._remediates = False
        self._pending: list[tuple[str, Any]] = []
        self._ready = False
        self._cleanup = ExitStack()
        self._pack = self._cleanup.enter_context(PackProcess(pack_dir, project, preview=preview))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: "type[BaseException] | None", error: BaseException | None, trace: "TracebackType | None") -> None:
        self._cleanup.close()

    def inspect(
        self, urn: str, request: Any, inputs: dict[str, Value], *, aliases: Iterable[str], provider: Resource | None
    ) -> dict[str, Value]:
        """Let the pack look at a resource that is about to be made.

        `request` is the RegisterResourceRequest, `inputs` its properties as they are on the wire. Returns `inputs` itself, or other
        inputs if a policy remediates. Raises PolicyViolation in an update.
        """
        self._configure()
        question = analyze_request(urn, request, inputs, aliases=aliases, provider=provider)
        if self._remediates:
            remediated = self._remediated(urn, question, inputs)
            if remediated is not inputs:
                inputs = remediated
                question = analyze_request(urn, request, inputs, aliases=aliases, provider=provider)
        if self._preview:
            self._pending.append((urn, self._pack.stub.Analyze.future(question)))
            return inputs
        found = self._collect(urn, self._ask("Analyze", question))
        if any(finding.blocks for finding in found):
            raise PolicyViolation(self.findings)
        return inputs

    def finish(self, resources: Iterable[Resource]) -> None:
        """Wait for what is still being analysed, then let the pack look at the stack as a whole."""
        self._configure()
        self.settle()
        self._collect("", self._ask("AnalyzeStack", stack_request(resources)))

    def settle(self) -> None:
        """Wait for the answers that are still out."""
        pending, self._pending = self._pending, []
        for urn, future in pending:
            try:
                answer = future.result()
            except grpc.RpcError as error:
                raise self._pack.failed(f"cannot analyze {urn}", error) from error
            self._collect(urn, answer)

    def _configure(self) -> None:
        if self._ready:
            return
        info = self._ask("GetAnalyzerInfo", empty_pb2.Empty())
        self.policies = tuple(policy.name for policy in info.policies)
        request = configure_request(info, self._config)
        self._remediates = any(entry.enforcementLevel == analyzer_pb2.REMEDIATE for entry in request.policyConfig.values())
        if info.supportsConfig:
            self._ask("Configure", request)
        self._ask(
            "ConfigureStack",
            analyzer_pb2.AnalyzerStackConfigureRequest(
                stack=self._project.stack,
                project=self._project.name,
                organization="organization",
                dry_run=self._preview,
                config=self._project.redacted(),
                config_secret_keys=sorted(self._project.secret_keys),
            ),
        )
        self._ready = True

    def _remediated(self, urn: str, question: Any, inputs: dict[str, Value]) -> dict[str, Value]:
        for remedy in self._ask("Remediate", question).remediations:
            if remedy.diagnostic:
                self._report(_deferred(remedy.policyName, remedy.policyPackName, remedy.diagnostic, urn))
            elif remedy.HasField("properties"):
                before, inputs = inputs, decode(remedy.properties)
                changed = tuple(sorted(name for name in {*before, *inputs} if before.get(name) != inputs.get(name)))
                self._emit(Remediated(urn, remedy.policyName, changed))
        return inputs

    def _collect(self, urn: str, answer: Any) -> list[Finding]:
        found = [finding_of(diagnostic, urn) for diagnostic in answer.diagnostics]
        for finding in found:
            self._report(finding)
        return found

    def _report(self, finding: Finding) -> None:
        self.findings.append(finding)
        self._emit(PolicyResult(finding))

    def _ask(self, method: str, question: Any) -> Any:
        try:
            return getattr(self._pack.stub, method)(question, timeout=120)
        except grpc.RpcError as error:
            raise self._pack.failed(f"{method} failed", error) from error


def finding_of(diagnostic: Any, urn: str) -> Finding:
    """A diagnostic of the protocol about the resource `urn`; empty for the stack."""
    message = diagnostic.message.strip()
    if _DEFERRED.search(message) and diagnostic.enforcementLevel == analyzer_pb2.ADVISORY:
        return _deferred(diagnostic.policyName, diagnostic.policyPackName, message, urn)
    return Finding(
        policy=diagnostic.policyName,
        pack=diagnostic.policyPackName,
        level=_LEVELS[diagnostic.enforcementLevel],
        message=message,
        # The real engine shows a resource's own URN, whatever the diagnostic says; a stack policy names the resource it means.
        urn=urn or diagnostic.urn,
        severity=_SEVERITIES[diagnostic.severity],
    )


def _deferred(policy: str, pack: str, message: str, urn: str) -> Finding:
    return Finding(policy=policy, pack=pack, level="advisory", message=message, urn=urn, deferred=True)
