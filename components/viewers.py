"""The viewers' accounts: a Cognito user pool, unless another issuer vouches for them."""

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.protection import data_opts
from components.refs import IssuerRef, Placement
from marquee.settings.playback import Playback


@dataclass(frozen=True, kw_only=True)
class ViewersArgs:
    """Arguments of `Viewers`."""

    placement: Placement
    """Of a region that may hold personal data: the pool stays there, and the other regions read its public keys."""
    playback: Playback


class Viewers(ComponentResource):
    """A pool of which viewers are members by their mail address, and the one client that players are.

    Threat protection is enforced, which needs Cognito's tier Plus (paid by the active user).
    """

    ref: IssuerRef

    def __init__(self, name: str, args: ViewersArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:playback:Viewers", name, {}, opts)
        place = args.placement
        pool = aws.cognito.UserPool(
            name,
            name=place.names.user_pool(),
            user_pool_tier="PLUS",
            username_attributes=["email"],
            username_configuration={"case_sensitive": False},
            auto_verified_attributes=["email"],
            account_recovery_setting={"recovery_mechanisms": [{"name": "verified_email", "priority": 1}]},
            password_policy={
                "minimum_length": 12,
                "require_lowercase": True,
                "require_uppercase": True,
                "require_numbers": True,
                "require_symbols": True,
                "temporary_password_validity_days": 3,
            },
            mfa_configuration="ON" if args.playback.second_factor == "required" else "OPTIONAL",
            software_token_mfa_configuration={"enabled": True},  # no text messages: numbers are stolen
            user_pool_add_ons={"advanced_security_mode": "ENFORCED"},
            deletion_protection="ACTIVE" if place.keep_data else "INACTIVE",
            opts=data_opts(self, keep_data=place.keep_data),
        )
        client = aws.cognito.UserPoolClient(
            name,
            name="player",
            user_pool_id=pool.id,
            generate_secret=False,  # a page cannot keep one
            # SRP for players; the other needs IAM permissions, and is for operators and tests.
            explicit_auth_flows=["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
            prevent_user_existence_errors="ENABLED",
            enable_token_revocation=True,
            access_token_validity=1,
            id_token_validity=1,
            refresh_token_validity=30,
            token_validity_units={"access_token": "hours", "id_token": "hours", "refresh_token": "days"},
            opts=ResourceOptions(parent=self),
        )
        issuer = pool.id.apply(lambda pool_id: f"https://cognito-idp.{place.region}.amazonaws.com/{pool_id}")
        self.ref = IssuerRef(issuer=issuer, audience=(client.id,), user_pool_id=pool.id)
        self.register_outputs({"issuer": issuer})


def external_issuer(playback: Playback) -> IssuerRef | None:
    """The issuer that the stack file names; None if the platform keeps its viewers itself."""
    if playback.issuer is None:
        return None
    audience: tuple[Input[str], ...] = playback.audience
    return IssuerRef(issuer=Output.from_input(playback.issuer), audience=audience, user_pool_id=None)
