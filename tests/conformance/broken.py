"""Copies of a stack's graph with one thing wrong in each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from marquee.conformance.validate import Stack
from marquee.engine import Graph, Resource


def urn_of(stack: Stack, type_token: str, name: str) -> str:
    """URN of the one resource of that type and name."""
    (found,) = [resource.urn for resource in stack.graph.of_type(type_token) if resource.name == name]
    return found


def with_inputs(stack: Stack, urn: str, change: Callable[[dict[str, Any]], Mapping[str, Any]]) -> Stack:
    """The same stack, but for the inputs of one resource."""
    resource = stack.graph.resources[urn]
    return with_resource(stack, replace(resource, inputs=change(dict(resource.inputs))))


def with_copy(stack: Stack, urn: str, name: str, change: Callable[[dict[str, Any]], Mapping[str, Any]]) -> tuple[Stack, str]:
    """The same stack, with a changed copy of one resource beside it; and the copy's URN."""
    resource = stack.graph.resources[urn]
    copy = replace(resource, urn=f"{urn}-{name}", name=f"{resource.name}-{name}", inputs=change(dict(resource.inputs)))
    addresses = {**stack.references.addresses, copy.urn: f"{stack.references.addresses[urn]}-{name}"}
    return with_resource(replace(stack, references=replace(stack.references, addresses=addresses)), copy), copy.urn


def with_resource(stack: Stack, resource: Resource) -> Stack:
    """The same stack with `resource` in place of the one that has its URN."""
    return replace(stack, graph=replace(stack.graph, resources={**stack.graph.resources, resource.urn: resource}))


def only(stack: Stack, *types: str) -> Stack:
    """The same stack with these types alone, and the providers."""
    kept = {urn: found for urn, found in stack.graph.resources.items() if found.type in (*types, "pulumi:providers:aws")}
    graph: Graph = replace(stack.graph, resources=kept)
    return replace(stack, graph=graph)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong, and what must be said of it."""

    type: str
    name: str
    change: Callable[[dict[str, Any]], Mapping[str, Any]]
    argument: str
    """In the provider's names."""
    words: str
    """A part of the message."""
    literal: bool = False


def without(name: str) -> Callable[[dict[str, Any]], Mapping[str, Any]]:
    """Take an input away."""
    return lambda inputs: {key: value for key, value in inputs.items() if key != name}


def setting(**values: Any) -> Callable[[dict[str, Any]], Mapping[str, Any]]:
    """Set inputs, in the wire's names."""
    return lambda inputs: {**inputs, **values}


FAULTS: Mapping[str, Fault] = {
    "a misspelt argument": Fault(
        type="aws:s3/bucket:Bucket",
        name="data",
        change=setting(forceDestroi=True),
        argument="force_destroi",
        words='No argument or block type is named "force_destroi"',
    ),
    "a misspelt argument of a nested block": Fault(
        type="aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        name="data",
        change=setting(rules=[{"applyServerSideEncryptionByDefault": {"sseAlgorythm": "aws:kms", "sseAlgorithm": "aws:kms"}}]),
        argument="rule[0].apply_server_side_encryption_by_default[0].sse_algorythm",
        words="sse_algorythm",
    ),
    "a wrong type": Fault(
        type="aws:kms/key:Key",
        name="key",
        change=setting(enableKeyRotation="often"),
        argument="enable_key_rotation",
        words="a bool is required",
    ),
    "a missing required argument": Fault(
        type="aws:ec2/subnet:Subnet", name="subnet-a", change=without("vpcId"), argument="vpc_id", words='"vpc_id" is required'
    ),
    "a bad CIDR": Fault(
        type="aws:ec2/vpc:Vpc", name="network", change=setting(cidrBlock="10.0.0.0/99"), argument="cidr_block", words="invalid CIDR address"
    ),
    "an over-long name": Fault(
        type="aws:iam/role:Role", name="worker", change=setting(name="w" * 65), argument="name", words="range (1 - 64)"
    ),
    "two conflicting arguments": Fault(
        type="aws:iam/role:Role", name="worker", change=setting(namePrefix="worker-"), argument="name", words="conflicts with name_prefix"
    ),
    "malformed policy JSON": Fault(
        type="aws:iam/role:Role",
        name="worker",
        change=setting(assumeRolePolicy='{"Statement": [{]}'),
        argument="assume_role_policy",
        words="invalid JSON",
    ),
    "malformed policy JSON with a reference in it": Fault(
        type="aws:s3/bucketPolicy:BucketPolicy",
        name="data",
        change=lambda inputs: {**inputs, "policy": inputs["policy"].replace('"Deny",', '"Deny"')},
        argument="policy",
        words="invalid JSON",
        literal=True,
    ),
}
