"""`marquee validate`: the real AWS provider's verdict on a stack, without an account."""

from typing import Annotated

import typer

from marquee.cli._output import Json, Stack


def validate(
    stack: Stack = "dev",
    plan: Annotated[bool, typer.Option("--plan", help="Also plan every resource against an AWS emulated on this machine.")] = False,
    apply: Annotated[bool, typer.Option("--apply", help="Also apply it there, plan again, and compare with `marquee local up`.")] = False,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="TAG", help="Also check the upgrade from a released tag: nothing with data may be lost."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Have the real AWS provider judge every resource of a stack: no account, no credentials, nothing leaves this machine.

    Needs Terraform. The provider is found in a mirror on this machine, or downloaded once. Exit code 1: something is refused.

    Example: marquee validate --stack prod --plan
    """
    from marquee.cli._validate import run_validate  # noqa: PLC0415 --help should not wait for the SDK

    run_validate(stack, plan=plan, apply=apply, since=since, as_json=as_json)
