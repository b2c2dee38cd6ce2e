"""A role that a service takes on to work in its owner's account: trusted or not, and clients that call with its permissions."""
# ruff: noqa: SLF001 MiniStack has no public way in

import functools
import hashlib
import json
import os
from dataclasses import dataclass
from typing import Any, cast

from marquee.emulator.clients import Clients
from marquee.emulator.services.sessions import session_of
from marquee.emulator.upstream import module


class MissingRoleError(Exception):
    """There is no such role."""


class UntrustedError(Exception):
    """The role's trust policy does not let the service take it on."""


@dataclass(frozen=True, kw_only=True)
class ServiceSession:
    """A session of a role, taken on by a service."""

    access_key: str
    region: str
    _secret: str

    def client(self, service: str) -> Any:
        """A boto3 client with the session's permissions; every call is judged and recorded as the role's."""
        return _clients().client_as(service, region=self.region, credentials=self.credentials)

    @property
    def credentials(self) -> dict[str, str]:
        """As `Clients.client_as` takes them."""
        return {"access_key": self.access_key, "secret_key": self._secret, "session_token": self._secret}


def take_on(role_arn: str, *, service: str, source_arn: str, region: str, session: str) -> ServiceSession:
    """A session of `role_arn` for the service principal `service`, acting for the resource `source_arn`.

    Raises MissingRoleError or UntrustedError.
    """
    account = source_arn.split(":")[4]
    role: Any = module("ministack.services.iam")._roles.get_scoped(role_arn.split(":")[4], None, role_arn.rpartition("/")[2])
    if role is None:
        raise MissingRoleError(role_arn)
    evaluator = module("ministack.core.iam_evaluator")
    context = evaluator.EvalContext(
        principal_arn=service,
        principal_type="Service",
        principal_account=account,
        action="sts:AssumeRole",
        resource_arn=role_arn,
        region=region,
        service_context={"aws:sourcearn": source_arn, "aws:sourceaccount": account},
    )
    trust = _trust(role.get("AssumeRolePolicyDocument") or "{}")
    if evaluator.evaluate_resource_policy(trust, context, service=service).decision != "Allow":
        raise UntrustedError(role_arn)
    key = session_of(role_arn, session)
    secret = hashlib.sha256(f"{role_arn}:{session}".encode()).hexdigest()
    return ServiceSession(access_key=key, region=region, _secret=secret)


def _trust(document: Any) -> dict[str, Any]:
    """A trust policy as the policy of the role itself, so that it is evaluated like any resource's: it names no resource."""
    read: Any = json.loads(document) if isinstance(document, str) else document
    statements = cast("list[dict[str, Any]] | dict[str, Any]", read.get("Statement", []))
    listed = [statements] if isinstance(statements, dict) else statements
    return {"Statement": [{**one, "Resource": "*"} for one in listed]}


@functools.cache  # one boto3 session, whose models are read once
def _clients() -> Clients:
    return Clients(endpoint=os.environ["AWS_ENDPOINT_URL"], ca_bundle=os.environ["AWS_CA_BUNDLE"])
