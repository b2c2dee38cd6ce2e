"""A workload's role: a fixed name, a trust, exact statements, a boundary."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.identity.statement import Statement, identity_policy


@dataclass(frozen=True, kw_only=True)
class RoleArgs:
    """Arguments of `Role`."""

    role_name: str
    """Physical name, fixed, so that other policies can name the role before it exists. At most 64 characters."""
    trust: Input[str]
    """Assume-role policy document."""
    statements: Sequence[Statement]
    boundary_arn: Input[str]
    description: str


class Role(ComponentResource):
    """One role for one workload.

    Statements whose ARNs are known go into one inline policy and those that wait for an ARN (a key's)
    into another: a document with one unknown value is unknown as a whole, and a preview could judge nothing.
    """

    role_name: str
    arn: Output[str]
    ready: Output[str]
    """The ARN, once the role's policies are attached too. A service that checks its permissions at creation takes this one."""

    def __init__(self, name: str, args: RoleArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:identity:Role", name, {}, opts)
        child = ResourceOptions(parent=self)
        role = aws.iam.Role(
            name,
            name=args.role_name,
            description=args.description,
            assume_role_policy=args.trust,
            permissions_boundary=args.boundary_arn,
            opts=child,
        )
        known = [statement for statement in args.statements if statement.known]
        waiting = [statement for statement in args.statements if not statement.known]
        policies = [
            aws.iam.RolePolicy(f"{name}-{suffix}", name=suffix, role=role.name, policy=identity_policy(statements), opts=child)
            for suffix, statements in (("access", known), ("keys", waiting))
            if statements
        ]
        self.role_name, self.arn = args.role_name, role.arn
        self.ready = Output.all(role.arn, *[policy.id for policy in policies]).apply(lambda values: values[0])
        self.register_outputs({"arn": self.arn})
