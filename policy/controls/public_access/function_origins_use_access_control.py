"""P7.2: CloudFront signs its requests to function URLs, so that nobody else can call them."""

import re
from typing import Final

from guard.control import Severity, resource_control
from guard.edge import own_origins
from guard.node import Findings, Node, NotApplicable, check_each
from guard.resource import Resource
from guard.tokens import DISTRIBUTION

_FUNCTION_URL: Final = re.compile(r".+\.lambda-url\.[a-z0-9-]+\.on\.aws")


@resource_control(
    id="P7.2",
    title="Function URL origins use origin access control",
    severity=Severity.MEDIUM,
    fsbp=("CloudFront.16",),
    types=DISTRIBUTION,
    why="A function URL that takes unsigned requests is an entrance beside the CDN, past the web ACL and the cache.",
    fix="set originAccessControlId, and authorizationType AWS_IAM on the function URL.",
)
def function_origins_use_access_control(distribution: Resource) -> Findings:
    """Known by the domain name; one that is not known yet defers."""
    origins = list(own_origins(distribution))
    if not origins:
        raise NotApplicable("no origin outside S3")
    return check_each(origins, _check)


def _check(origin: Node) -> Findings:
    control = origin.at("originAccessControlId")
    if control.is_absent and _FUNCTION_URL.fullmatch(origin.at("domainName").text()):
        yield control.fail("CloudFront does not sign its requests to the function")
