"""I19: only accounts that are known get in."""

from guard.control import Env, Severity, resource_control
from guard.documents import Kind, types_with
from guard.iam import account_of, check_statements, principals
from guard.node import Findings, Node, NotApplicable, check_each
from guard.params import strings, text
from guard.resource import Resource
from guard.values import as_object


@resource_control(
    id="I19",
    title="Only known accounts are principals",
    severity=Severity.HIGH,
    types=types_with(Kind.TRUST, Kind.KEY, Kind.RESOURCE),
    params=(
        text("account", "The stack's own account; the stack file's accounts.workload if empty."),
        strings("trusted", "Other accounts that may be principals, 12 digits each."),
    ),
    why="A foreign account's administrators decide who in it may use the grant; a mistyped digit gives it to strangers.",
    fix="use a principal of the own account, or add the account to the control's parameter `trusted`.",
)
def only_known_accounts(holder: Resource, *, env: Env) -> Findings:
    """One finding for each principal that names another account. AWS's own service accounts belong into `trusted`."""
    own = env.params.get("account") or (as_object(env.settings.get("accounts")) or {}).get("workload")
    if not isinstance(own, str) or not own:
        raise NotApplicable("the stack's own account is not configured")
    known = {own, *env.texts("trusted")}

    def check_principal(principal: Node) -> Findings:
        account = account_of(principal.text())
        if account and account not in known:
            yield principal.fail("The principal is of another account")

    return check_statements(
        holder, lambda statement, _: check_each(principals(statement, "AWS"), check_principal), Kind.TRUST, Kind.KEY, Kind.RESOURCE
    )
