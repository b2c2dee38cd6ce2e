"""One explicit AWS provider a region; a forgotten one is an error, since the default provider is disabled."""

from collections.abc import Mapping

import pulumi_aws as aws

from marquee.settings import Settings

EDGE_REGION = "us-east-1"
"""CloudFront reads its certificates, WAF rules and KeyValueStores from here, whatever the platform's own regions are."""


def regional_providers(settings: Settings) -> Mapping[str, aws.Provider]:
    """Region → provider, the stack's regions first and the edge's region beside them if it is not one of them.

    Each refuses any account but `accounts.workload`, and tags what it makes.
    """
    own = [region.name for region in settings.regions]
    names = own if EDGE_REGION in own else [*own, EDGE_REGION]
    role = settings.accounts.deploy_role
    return {
        name: aws.Provider(
            f"aws-{name}",
            region=name,
            allowed_account_ids=[settings.accounts.workload],
            # A class, not a dict: the SDK turns a provider's arguments into JSON as they stand, and would keep the dict's snake case.
            assume_roles=[aws.ProviderAssumeRoleArgs(role_arn=role, session_name=settings.names.prefix)] if role else None,
            default_tags={"tags": settings.tags},
        )
        for name in names
    }
