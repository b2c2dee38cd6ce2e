"""What the steps report: one frozen dataclass a finding, each naming the Pulumi resource."""

from dataclasses import dataclass
from typing import Literal

Step = Literal["translate", "validate", "plan", "apply", "second plan", "compare", "upgrade"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Something that the provider refuses."""

    step: Step
    urn: str
    """Of the Pulumi resource; empty if Terraform names none."""
    argument: str
    """Path in the provider's names, such as `rule[0].filter.prefix`; empty for the resource as a whole."""
    message: str
    """The provider's, or Terraform's, own words, without any secret of the stack."""
    literal: bool = False
    """True if it shows only once references inside JSON are replaced by literals."""

    def __str__(self) -> str:
        where = f"{self.urn or 'the configuration'}{f' [{self.argument}]' if self.argument else ''}"
        return f"{self.step}: {where}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An attribute that a second plan would still change, though nothing changed."""

    type: str
    attribute: str
    before: str
    """JSON of the value, or `(unknown)`, `(sensitive)`."""
    after: str
