"""MiniStack's policy evaluator, made strict: what it does not understand must not decide anything.

As shipped, an operator or a condition key that it does not know never matches. In a Deny that is a hole: the statement is there and
does nothing. Here it raises `UnjudgedError` instead, and `enforcement` refuses and records the call.
"""
# ruff: noqa: SLF001 MiniStack has no public way in

import contextvars
import re
from typing import Any

from marquee.emulator.upstream import module

TLS_VERSION = "1.3"
"""The only version the front speaks (see `server`), as `s3:TlsVersion` sees it."""

_TRUTHFULLY_ABSENT = frozenset({
    "aws:calledvia", "aws:calledviafirst", "aws:calledvialast", "aws:multifactorauthage", "aws:multifactorauthpresent",
    "aws:principalorgid", "aws:principalorgpaths", "aws:resourceorgid", "aws:resourceorgpaths", "aws:sourceaccount", "aws:sourcearn",
    "aws:sourceorgid", "aws:sourceowner", "aws:sourcevpc", "aws:sourcevpce", "aws:tagkeys", "aws:tokenissuetime", "aws:userid",
    "aws:username", "aws:vpcsourceip", "dynamodb:attributes", "dynamodb:enclosingoperation", "dynamodb:select", "kms:viaservice",
    "lambda:sourcefunctionarn", "s3:dataaccesspointaccount", "s3:dataaccesspointarn", "s3:delimiter", "s3:max-keys", "s3:prefix",
    "s3:x-amz-acl", "s3:x-amz-server-side-encryption", "sts:externalid",
})  # fmt: skip
"""Keys that are supplied whenever AWS would supply them; where they are missing, they are missing on AWS too."""

_FAMILIES = ("aws:principaltag/", "aws:requesttag/", "aws:resourcetag/", "s3:existingobjecttag/", "s3:x-amz-grant-")
"""The same for keys that go on with a name."""

_SUFFIXES = ("ifexists",)
_PREFIXES = ("forallvalues:", "foranyvalue:")


class UnjudgedError(Exception):
    """A policy uses something that the emulator cannot evaluate. The message names it."""


def install() -> None:
    """Make the evaluator strict. Once, before the first request."""
    evaluator = module("ministack.core.iam_evaluator")
    resolve, single, compiled = evaluator._resolve_condition_key, evaluator._evaluate_single_condition, evaluator._fnmatch_compile

    def resolve_condition_key(key: str, context: Any) -> Any:
        value = _role_of(context.principal_arn) if key.lower() == "aws:principalarn" else resolve(key, context)
        return _supply(key.lower(), context) if value is None else value

    def evaluate_single_condition(operator: str, actual: Any, expected: list[str]) -> bool:
        _require_known_operator(operator.lower(), evaluator._CONDITION_OPS)
        _require_plain(*expected)
        return single(operator, actual, expected)

    def fnmatch_compile(pattern: str, ignore_case: bool) -> Any:
        _require_plain(pattern)
        found = compiled(pattern, ignore_case)
        return re.compile(found.pattern.removesuffix("$") + r"\Z", found.flags | re.DOTALL)  # a key may hold line breaks

    evaluator._resolve_condition_key = resolve_condition_key
    evaluator._evaluate_single_condition = evaluate_single_condition
    evaluator._fnmatch_compile = fnmatch_compile
    # Calls between services inside AWS are encrypted; only a request on the plain listener is not, and says so itself.
    evaluator._request_origin = contextvars.ContextVar("origin", default=("127.0.0.1", True))


def _role_of(principal: str) -> str:
    """`aws:PrincipalArn` of a session is its role's ARN, and MiniStack's the session's. Source: IAM User Guide, global condition keys."""
    parts = principal.split(":")
    if len(parts) != 6 or not parts[5].startswith("assumed-role/"):
        return principal
    name = parts[5].split("/")[1]
    role = module("ministack.services.iam")._roles.get_scoped(parts[4], None, name)
    return str(role["Arn"]) if role else f"arn:aws:iam::{parts[4]}:role/{name}"


def _supply(key: str, context: Any) -> Any:
    if key == "s3:tlsversion":
        return TLS_VERSION if context.secure_transport else None
    if key == "aws:principalisawsservice":
        return str(context.principal_type == "Service").lower()
    if key == "aws:viaawsservice":
        return str("kms:viaservice" in context.service_context).lower()
    if key == "kms:calleraccount":
        return context.principal_account
    if key.startswith("kms:encryptioncontext:") and "kms:viaservice" in context.service_context:
        return None  # `encryption` gives all that the service would
    if key in _TRUTHFULLY_ABSENT or key.startswith(_FAMILIES):
        return None
    raise UnjudgedError(f"condition key {key} is not supplied")


def _require_known_operator(operator: str, known: dict[str, Any]) -> None:
    for prefix in _PREFIXES:
        operator = operator.removeprefix(prefix)
    for suffix in _SUFFIXES:
        operator = operator.removesuffix(suffix)
    if operator != "null" and operator not in known:
        raise UnjudgedError(f"condition operator {operator} is not evaluated")


def _require_plain(*values: str) -> None:
    for value in values:
        if "${" in value:
            raise UnjudgedError(f"policy variables are not evaluated: {value}")
