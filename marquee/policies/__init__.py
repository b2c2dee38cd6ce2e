"""The policy pack seen from outside: what its controls are, what they say of a stack, and reports of it.

The pack is its own program below `policy/`; nothing here imports it. It is asked over the analyzer protocol, as Pulumi asks it.
"""

from marquee.policies.catalogue import ControlInfo, catalogue
from marquee.policies.export import read_export
from marquee.policies.judge import judge
from marquee.policies.report import Entry, Report, report

__all__ = ["ControlInfo", "Entry", "Report", "catalogue", "judge", "read_export", "report"]
