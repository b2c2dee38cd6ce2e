"""Levels and parameters of a pack's policies, in the JSON that `pulumi preview --policy-pack-config` takes.

`{"E1": "advisory", "L4": {"enforcementLevel": "mandatory", "days": 400}, "all": "advisory"}`: a policy named by itself wins over
`all`. Source: `parsePolicyPackConfig` in sdk/go/common/resource/plugin of Pulumi.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

from pulumi.runtime.proto import analyzer_pb2

from marquee.errors import MarqueeError

_ALL: Final = "all"
_LEVEL: Final = "enforcementLevel"
_LEVELS: Final[Mapping[str, analyzer_pb2.EnforcementLevel.ValueType]] = {
    "advisory": analyzer_pb2.ADVISORY,
    "mandatory": analyzer_pb2.MANDATORY,
    "remediate": analyzer_pb2.REMEDIATE,
    "disabled": analyzer_pb2.DISABLED,
}

PackConfig = Mapping[str, Any]
"""Name of a policy, or `all` → a level, or an object of `enforcementLevel` and parameters."""


def read_pack_config(path: Path) -> PackConfig:
    """The config in the file. MarqueeError (exit code 2) if it is no JSON object."""
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise MarqueeError(f"{path} cannot be read as JSON: {error or type(error).__name__}", exit_code=2) from None
    if not isinstance(found, dict):
        raise MarqueeError(f"{path} is no JSON object of policies", fix='write {"E1": "advisory"}', exit_code=2)
    return cast("PackConfig", found)


def configure_request(info: analyzer_pb2.AnalyzerInfo, config: PackConfig | None) -> analyzer_pb2.ConfigureAnalyzerRequest:
    """Every policy at its own level unless `config` sets another. MarqueeError (exit code 2) for names and levels that do not exist."""
    known = {policy.name: policy for policy in info.policies}
    given = {name: _entry(name, value) for name, value in (config or {}).items()}
    everywhere, _ = given.pop(_ALL, (None, {}))
    for name, (_, parameters) in given.items():
        if name not in known:
            raise MarqueeError(f"the pack has no policy {name}", fix="see `marquee policy list`", exit_code=2)
        if unknown := sorted(set(parameters) - set(known[name].configSchema.properties)):
            raise MarqueeError(
                f"policy {name} has no parameter {', '.join(unknown)}", fix=f"see `marquee policy explain {name}`", exit_code=2
            )
    request = analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=dict(info.initialConfig))
    for name, policy in known.items():
        level, parameters = given.get(name, (None, {}))
        entry = request.policyConfig[name]
        if name not in info.initialConfig:
            entry.enforcementLevel = policy.enforcementLevel
        if (wanted := level or everywhere) is not None:
            entry.enforcementLevel = _LEVELS[wanted]
        entry.properties.update(parameters)
    return request


def _entry(name: str, value: Any) -> tuple[str | None, dict[str, Any]]:
    """Level, if one is set, and parameters."""
    fields = dict(cast("Mapping[str, Any]", value)) if isinstance(value, Mapping) else {_LEVEL: value}
    level = fields.pop(_LEVEL, None)
    if level is None and isinstance(value, Mapping):
        return None, fields
    if not isinstance(level, str) or level not in _LEVELS:
        raise MarqueeError(f"policy {name}: {level!r} is no level", fix=f"use one of {', '.join(_LEVELS)}", exit_code=2)
    if name == _ALL and fields:
        raise MarqueeError("`all` takes a level and no parameters", exit_code=2)
    return level, fields
