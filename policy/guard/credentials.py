"""What credentials look like. Patterns that name a vendor's own prefix, so that an ordinary value is hardly ever taken for one."""

import re
from collections.abc import Iterator
from typing import Final

from guard.node import Findings, Node, check_each
from guard.values import as_object

_PATTERNS: Final = {
    "an AWS access key id": re.compile(
        r"(?<![A-Za-z0-9])(A3T[A-Z0-9]|AKIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])"
    ),
    "a private key": re.compile(r"-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----"),
    "a GitHub token": re.compile(r"\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})"),
    "a GitLab token": re.compile(r"\bglpat-[A-Za-z0-9_-]{20,}"),
    "a Slack token": re.compile(r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}|https://hooks\.slack\.com/services/\S+"),
    "a Stripe key": re.compile(r"\b[rs]k_(live|test)_[A-Za-z0-9]{16,}"),
    "a Google API key": re.compile(r"\bAIza[A-Za-z0-9_-]{35}"),
    "a SendGrid key": re.compile(r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    "an npm token": re.compile(r"\bnpm_[A-Za-z0-9]{36}"),
    "a JSON Web Token": re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    "a password in a URL": re.compile(r"[a-z][a-z0-9+.-]*://[^/\s:@]*:[^/\s:@]+@"),
}
_FORTY: Final = re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])")
_SECRET_WORD: Final = re.compile(
    r"(^|[_.-])(password|passwd|passphrase|pwd|secret|token|api[_-]?key|private[_-]?key|secret[_-]?key|access[_-]?key|credentials?)$",
    re.IGNORECASE,
)
_REFERENCE: Final = re.compile(r"arn:|alias/|/|https?://|\{\{resolve:|\$\{|(true|false|none|null|\d{1,6})$", re.IGNORECASE)


def looks_like(value: str) -> str:
    """What credential a value holds, as "an AWS access key id"; empty if none is recognised."""
    for label, pattern in _PATTERNS.items():
        if pattern.search(value):
            return label
    # The secret half of an AWS key is 40 characters of base64; real ones mix cases and digits, names and hashes do not.
    if any(_mixed(found[0]) for found in _FORTY.finditer(value)):
        return "an AWS secret access key"
    return ""


def _mixed(text: str) -> bool:
    return any(c.islower() for c in text) and any(c.isupper() for c in text) and any(c.isdigit() for c in text)


def is_secret_name(name: str) -> bool:
    """Whether a name says that its value is secret, as DB_PASSWORD does and TOKEN_TTL or SECRET_ARN do not."""
    spelt = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    return _SECRET_WORD.search(spelt) is not None


def is_reference(value: str) -> bool:
    """Whether a value points at a secret, or is too plain to be one: an ARN, a path, a URL, a switch, a small number."""
    return not value or _REFERENCE.match(value) is not None


def variables(mapping: Node) -> Iterator[tuple[str, Node]]:
    """Names and values of an environment. Raises `Deferred` if it is unknown as a whole."""
    for name, value in (as_object(mapping.known()) or {}).items():
        yield name, Node(value, f"{mapping.path}.{name}")


def check_values(values: Iterator[tuple[str, Node]]) -> Findings:
    """A finding for each value that holds a credential."""

    def check(value: Node) -> Findings:
        if label := looks_like(value.text()):
            yield value.fail(f"The value holds what looks like {label}")

    return check_each((value for _, value in values), check)


def check_names(values: Iterator[tuple[str, Node]]) -> Findings:
    """A finding for each plain value whose name says that it is secret."""

    def check(value: Node) -> Findings:
        if not is_reference(value.text()):
            yield value.fail("The name says that this plain value is secret")

    return check_each((value for name, value in values if is_secret_name(name)), check)
