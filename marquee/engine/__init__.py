"""Runs a Pulumi program and its policy pack without Pulumi's command line: no state, no diff, no plugins.

`run` executes the unmodified `__main__.py` of a project over Pulumi's own protocol messages and returns the graph of what it
declared. A backend (see `marquee.engine.backend`) stands where the providers are. Knows nothing of any cloud.
"""

from marquee.engine.analyzer import Analyzer
from marquee.engine.backend import Backend, Created, Request
from marquee.engine.errors import BackendError, EngineError, PolicyViolation, ProgramError
from marquee.engine.findings import Finding
from marquee.engine.graph import Graph, Resource
from marquee.engine.run import run
from marquee.engine.typecheck import Problem, check_inputs
from marquee.engine.values import UNKNOWN, Archive, Asset, Secret, Unknown, Value

__all__ = [
    "UNKNOWN",
    "Analyzer",
    "Archive",
    "Asset",
    "Backend",
    "BackendError",
    "Created",
    "EngineError",
    "Finding",
    "Graph",
    "PolicyViolation",
    "Problem",
    "ProgramError",
    "Request",
    "Resource",
    "Secret",
    "Unknown",
    "Value",
    "check_inputs",
    "run",
]
