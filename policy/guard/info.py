"""The pack as the analyzer protocol describes it: each control is a policy with its own level, parameters and tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pulumi.runtime.proto import analyzer_pb2

from guard import PACK, VERSION
from guard.config import PACK_POLICY
from guard.control import Control, Level, Severity

_LEVELS: Final = {
    Level.ADVISORY: analyzer_pb2.ADVISORY,
    Level.MANDATORY: analyzer_pb2.MANDATORY,
    Level.REMEDIATE: analyzer_pb2.REMEDIATE,
    Level.DISABLED: analyzer_pb2.DISABLED,
}
_FROM_PROTO: Final = {value: level for level, value in _LEVELS.items()}
_SEVERITIES: Final = {
    Severity.LOW: analyzer_pb2.POLICY_SEVERITY_LOW,
    Severity.MEDIUM: analyzer_pb2.POLICY_SEVERITY_MEDIUM,
    Severity.HIGH: analyzer_pb2.POLICY_SEVERITY_HIGH,
    Severity.CRITICAL: analyzer_pb2.POLICY_SEVERITY_CRITICAL,
}
_PACK_SCHEMA: Final[Mapping[str, Mapping[str, Any]]] = {
    "today": {"type": "string", "description": "The date to judge by, as 2027-03-31; the clock's if empty."},
    "exemptions": {"type": "array", "description": "Exemptions besides the stack file's: control, resource, reason, owner, expires."},
    "exemptionLimit": {"type": "integer", "minimum": 1, "description": "Resources one exemption may match; 10 if not set."},
}


def to_level(value: int) -> Level:
    """The wire's level as ours."""
    return _FROM_PROTO[analyzer_pb2.EnforcementLevel.ValueType(value)]


def to_proto_level(level: Level) -> analyzer_pb2.EnforcementLevel.ValueType:
    """Our level as the wire's."""
    return _LEVELS[level]


def to_proto_severity(severity: Severity) -> analyzer_pb2.PolicySeverity.ValueType:
    """Our severity as the wire's."""
    return _SEVERITIES[severity]


def analyzer_info(controls: Sequence[Control]) -> analyzer_pb2.AnalyzerInfo:
    """What `GetAnalyzerInfo` answers."""
    pack = analyzer_pb2.PolicyInfo(
        name=PACK_POLICY,
        displayName="Exemptions are valid, in force and narrow",
        description="An expired, unused, malformed or too broad exemption is a finding; the config of this policy concerns the whole pack.",
        enforcementLevel=analyzer_pb2.MANDATORY,
        policy_type=analyzer_pb2.POLICY_TYPE_STACK,
        severity=analyzer_pb2.POLICY_SEVERITY_HIGH,
        configSchema=_schema(_PACK_SCHEMA),
    )
    return analyzer_pb2.AnalyzerInfo(
        name=PACK,
        displayName="Marquee",
        version=VERSION,
        supportsConfig=True,
        policies=[*(_policy_info(control) for control in controls), pack],
    )


def _policy_info(control: Control) -> analyzer_pb2.PolicyInfo:
    info = analyzer_pb2.PolicyInfo(
        name=control.id,
        displayName=control.title,
        description=control.why,
        enforcementLevel=to_proto_level(control.level),
        policy_type=analyzer_pb2.POLICY_TYPE_STACK if control.stack else analyzer_pb2.POLICY_TYPE_RESOURCE,
        severity=to_proto_severity(control.severity),
        remediation_steps=control.fix,
        tags=[control.family, *control.fsbp, *control.cis, *control.checkov],
    )
    if control.params:
        info.configSchema.CopyFrom(_schema({param.name: param.schema for param in control.params}))
    if control.fsbp:
        info.framework.name = "AWS Foundational Security Best Practices"
        info.framework.specification = ", ".join(control.fsbp)
    return info


def _schema(properties: Mapping[str, Mapping[str, Any]]) -> analyzer_pb2.PolicyConfigSchema:
    schema = analyzer_pb2.PolicyConfigSchema()
    schema.properties.update({name: dict(value) for name, value in properties.items()})
    return schema
