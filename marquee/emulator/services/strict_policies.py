"""MiniStack's policy evaluator, made strict: what it does not understand must not decide anything.

As shipped, an operator or a condition key that it does not know never matches. In a Deny that is a hole: the statement is there and
does nothing. Here it raises `UnjudgedError` instead, and `enforcement` refuses and records the call.
"""
# ruff: noqa: SLF001 MiniStack has no public way in

import contextvars
import json
from typing import Any

from marquee.emulator.upstream import module

TLS_VERSION = "1.3"
"""The only version the front speaks (see `server`), as `s3:TlsVersion` sees it."""

_TRUTHFULLY_ABSENT = (
    "aws:calledvia", "aws:multifactorauth", "aws:principalorg", "aws:principaltag/", "aws:requesttag/", "aws:resourceorg",
    "aws:resourcetag/", "aws:sourceaccount", "aws:sourcearn", "aws:sourceorg", "aws:sourceowner", "aws:sourcevpc", "aws:tagkeys",
    "aws:tokenissuetime", "aws:userid", "aws:username", "aws:vpcsourceip", "dynamodb:attributes", "dynamodb:select",
    "dynamodb:enclosingoperation",    "kms:viaservice", "lambda:sourcefunctionarn", "s3:dataaccesspoint",
    "s3:delimiter", "s3:existingobjecttag/", "s3:max-keys", "s3:prefix",
    "s3:x-amz-acl", "s3:x-amz-grant-", "s3:x-amz-server-side-encryption", "sts:externalid",
)  # fmt: skip
"""Prefixes of the keys that are supplied whenever AWS would supply them; where they are missing, they are missing on AWS too."""

_SUFFIXES = ("ifexists",)
_PREFIXES = ("forallvalues:", "foranyvalue:")


class UnjudgedError(Exception):
    """A policy uses something that the emulator cannot evaluate. The message names it."""


def install() -> None:
    """Make the evaluator strict. Once, before the first request."""
    evaluator = module("ministack.core.iam_evaluator")
    resolve, single, parse = evaluator._resolve_condition_key, evaluator._evaluate_single_condition, evaluator.parse_policy_document

    def resolve_condition_key(key: str, context: Any) -> Any:
        value = resolve(key, context)
        return _supply(key.lower(), context) if value is None else value

    def evaluate_single_condition(operator: str, actual: Any, expected: list[str]) -> bool:
        _require_known_operator(operator.lower(), evaluator._CONDITION_OPS)
        return single(operator, actual, expected)

    def parse_policy_document(document: Any) -> Any:
        if "${" in (document if isinstance(document, str) else json.dumps(document)):
            raise UnjudgedError("policy variables (${…}) are not evaluated")
        return parse(document)

    evaluator._resolve_condition_key = resolve_condition_key
    evaluator._evaluate_single_condition = evaluate_single_condition
    evaluator.parse_policy_document = parse_policy_document
    # Calls between services inside AWS are encrypted; only a request on the plain listener is not, and says so itself.
    evaluator._request_origin = contextvars.ContextVar("origin", default=("127.0.0.1", True))


def _supply(key: str, context: Any) -> Any:
    if key == "s3:tlsversion":
        return TLS_VERSION if context.secure_transport else None
    if key == "aws:principalisawsservice":
        return str(context.principal_type == "Service").lower()
    if key == "aws:viaawsservice":
        return str("kms:viaservice" in context.service_context).lower()
    if key == "kms:calleraccount":
        return context.principal_account
    if key.startswith(_TRUTHFULLY_ABSENT):
        return None
    raise UnjudgedError(f"condition key {key} is not supplied")


def _require_known_operator(operator: str, known: dict[str, Any]) -> None:
    for prefix in _PREFIXES:
        operator = operator.removeprefix(prefix)
    for suffix in _SUFFIXES:
        operator = operator.removesuffix(suffix)
    if operator != "null" and operator not in known:
        raise UnjudgedError(f"condition operator {operator} is not evaluated")
