"""A viewer for trying things out on an emulator: signed in, and with a session."""

import contextlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from marquee.domain.tokens import Quality
from marquee.errors import MarqueeError
from marquee.ingest import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A viewer with a JWT."""

    user: str
    """The `sub` of the JWT."""
    token: str
    """Access token, an hour long."""


Post = Callable[[str, Mapping[str, str], bytes], tuple[int, bytes, tuple[str, ...]]]
"""From URL, headers and body to status, body and cookies."""


def sign_in(target: Target, name: str) -> SignedIn:
    """The viewer `<name>@example.org` of the stack's pool, made if there is none, with a new password that is forgotten at once.

    Raises MarqueeError if the stack has no pool: its viewers are another issuer's.
    """
    pools = target.client("cognito-idp")
    listed = pools.list_user_pools(MaxResults=60)["UserPools"]
    pool = next((each["Id"] for each in listed if each["Name"] == target.names.user_pool()), None)
    if pool is None:
        raise MarqueeError("the stack has no pool of viewers here", fix="name the region of the pool, or sign in at playback.issuer")
    client = pools.list_user_pool_clients(UserPoolId=pool, MaxResults=60)["UserPoolClients"][0]["ClientId"]
    address, password = f"{name}@example.org", f"{secrets.token_urlsafe(24)}aA1!"
    with contextlib.suppress(pools.exceptions.UsernameExistsException):
        pools.admin_create_user(UserPoolId=pool, Username=address, MessageAction="SUPPRESS")
    pools.admin_set_user_password(UserPoolId=pool, Username=address, Password=password, Permanent=True)
    given = {"USERNAME": address, "PASSWORD": password}
    answer = pools.admin_initiate_auth(UserPoolId=pool, ClientId=client, AuthFlow="ADMIN_USER_PASSWORD_AUTH", AuthParameters=given)
    found = pools.admin_get_user(UserPoolId=pool, Username=address)["UserAttributes"]
    user = next(each["Value"] for each in found if each["Name"] == "sub")
    return SignedIn(user=user, token=answer["AuthenticationResult"]["AccessToken"])


def start(
    target: Target, viewer: SignedIn, title: str, *, post: Post, quality: Quality | None = None, live: bool = False
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """`POST /playback` for a title or channel at the region's own API: its answer, and the cookies. MarqueeError says why it is refused."""
    domains = target.client("apigatewayv2").get_domain_names()["Items"]
    targets = [place["ApiGatewayDomainName"] for domain in domains for place in domain["DomainNameConfigurations"]]
    if not targets:
        raise MarqueeError("the stack has no playback API here", fix="deploy it first")
    body = {"contentId": title, "live": live, "device": {"id": "marquee-playback-token", "type": "browser"}}
    headers = {"authorization": f"Bearer {viewer.token}", "content-type": "application/json"}
    sent = json.dumps({**body, "quality": quality} if quality else body).encode()
    status, answer, cookies = post(f"https://{targets[0]}/playback", headers, sent)
    if status != 200:
        raise _refused(status, answer, title)
    return json.loads(answer), cookies


def _refused(status: int, answer: bytes, title: str) -> MarqueeError:
    try:
        error = json.loads(answer)["error"]
        code, message = str(error["code"]), str(error["message"])
    except (ValueError, LookupError, TypeError):
        code, message = "", answer.decode(errors="replace")
    hints = {
        "not_entitled": f"`marquee entitlement grant --user NAME {title}` lets the viewer watch it",
        "unknown_title": "`marquee title list --status published` shows what plays",
    }
    return MarqueeError(f"the API answered {status} {code}: {message}".replace("  ", " "), fix=hints.get(code, ""))
