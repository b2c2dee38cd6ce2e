"""I8.2: a pipeline's identity provider takes tokens that were made for AWS alone."""

import re
from typing import Final

from guard.control import Severity, resource_control
from guard.node import Findings, Node, NotApplicable, check_each
from guard.resource import Resource

_SHARED: Final = re.compile(r"(https://)?(token\.actions\.githubusercontent\.com|gitlab\.com|app\.terraform\.io|oidc\.circleci\.com)(/.*)?")


@resource_control(
    id="I8.2",
    title="Identity providers of pipelines take tokens for AWS alone",
    severity=Severity.MEDIUM,
    types=("aws:iam/openIdConnectProvider:OpenIdConnectProvider",),
    why="A token that a pipeline fetched for another service could be replayed here by whoever runs that service.",
    fix='set clientIdLists to ["sts.amazonaws.com"], and ask for that audience in the pipeline.',
)
def identity_providers_take_their_own_tokens(provider: Resource) -> Findings:
    """For providers that serve the whole world; a provider of one's own has its own client ids."""
    if not _SHARED.fullmatch(provider.at("url").text()):
        raise NotApplicable("the provider is none that the whole world shares")
    return check_each(provider.each("clientIdLists"), _check_client)


def _check_client(client: Node) -> Findings:
    if not client.text().startswith("sts.amazonaws.com"):
        yield client.fail("Tokens for another audience are taken")
