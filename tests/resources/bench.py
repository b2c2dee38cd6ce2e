"""Makes single resources through the backend, as the engine would, and reads them back through boto3."""

import json
from typing import Any

from marquee.emulator import Emulator
from marquee.emulator.backend import EmulatorBackend
from marquee.engine import sdk
from marquee.engine.backend import Created, Request

TAGS = {"owner": "team"}


class Bench:
    """One account in one region. Every output that a create function answers must be one that pulumi-aws declares."""

    def __init__(self, emulator: Emulator, account: str, region: str = "eu-west-1"):
        self.emulator, self.account, self.region = emulator, account, region
        self.backend = EmulatorBackend(emulator)

    def __call__(self, service: str, region: str | None = None) -> Any:
        """A boto3 client to read back with."""
        return self.emulator.client(service, region=region or self.region, account=self.account)

    def request(self, token: str, name: str = "it", /, **inputs: Any) -> Request:
        provider = {"region": self.region, "allowedAccountIds": [self.account], "defaultTags": {"tags": TAGS}}
        return Request(urn=f"urn:pulumi:t::p::{token}::{name}", type=token, name=name, inputs=inputs, provider_inputs=provider)

    def make(self, token: str, name: str = "it", /, **inputs: Any) -> Created:
        """Create `token`, whose inputs are checked against the SDK's class first: a test must not use a property that is not there."""
        declared = sdk.output_types(token)
        assert set(inputs) <= set(declared), f"{token} has no {sorted(set(inputs) - set(declared))}"
        made = self.backend.create(self.request(token, name, **inputs))
        assert set(made.outputs) <= set(declared), f"{token} declares no {sorted(set(made.outputs) - set(declared))}"
        assert made.id
        return made

    def invoke(self, token: str, **args: Any) -> Any:
        return self.backend.invoke(token, args, {"region": self.region, "allowedAccountIds": [self.account]})

    def sent(self, service: str, operation: str) -> list[dict[str, Any]]:
        """Requests of an operation from now on: for settings that the emulator takes and forgets."""
        requests: list[dict[str, Any]] = []
        client = self(service)
        event = f"before-parameter-build.{client.meta.service_model.service_id.hyphenize()}.{operation}"
        client.meta.events.register(event, lambda params, **_: requests.append(dict(params)))
        return requests

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"

    def role(self, name: str, service: str, *actions: str) -> str:
        """ARN of a role for a service, which may do `actions` on everything."""
        made = self.make("aws:iam/role:Role", name, name=name, assumeRolePolicy=trust(service))
        if actions:
            self.make("aws:iam/rolePolicy:RolePolicy", name, role=made.id, name="access", policy=allow(*actions))
        return str(made.outputs["arn"])

    def vpc(self, cidr: str = "10.0.0.0/16") -> str:
        return self.make("aws:ec2/vpc:Vpc", cidrBlock=cidr).id

    def subnet(self, vpc: str, cidr: str, zone: str = "a") -> str:
        return self.make("aws:ec2/subnet:Subnet", vpcId=vpc, cidrBlock=cidr, availabilityZone=f"{self.region}{zone}").id


def allow(*actions: str, on: str = "*", **more: Any) -> str:
    """A policy of one statement."""
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": on, **more}]})


def trust(service: str) -> str:
    """An assume-role policy."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def tags(pairs: Any, key: str = "Key", value: str = "Value") -> dict[str, str]:
    """AWS's list of pairs as a mapping."""
    return {pair[key]: pair[value] for pair in pairs}


__all__ = ["TAGS", "Bench", "allow", "tags", "trust"]
