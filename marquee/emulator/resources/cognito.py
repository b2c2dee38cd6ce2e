"""Cognito user pools and their clients."""

from marquee.emulator.resources.context import Aws, Made
from marquee.emulator.resources.fit import pick
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates

_POOL = {
    "name": "PoolName",
    "autoVerifiedAttributes": "AutoVerifiedAttributes",
    "usernameAttributes": "UsernameAttributes",
    "userPoolAddOns": "UserPoolAddOns",
}


@creates("aws:cognito/userPool:UserPool")
def user_pool(aws: Aws, given: Inputs) -> Made:
    """A pool, then its second factor: CreateUserPool takes `OFF` alone until a factor is set up, and so the provider calls twice."""
    rules = given.get("passwordPolicy")
    mfa, factor = given.get("mfaConfiguration", "OFF"), given.get("softwareTokenMfaConfiguration")
    recovery = given.get("accountRecoverySetting", {})
    made = aws.call(
        "cognito-idp",
        "create_user_pool",
        given,
        rename=_POOL,
        PoolName=aws.physical(given),
        Policies={"PasswordPolicy": {_upper(name): value for name, value in rules.items()}} if rules else None,
        AccountRecoverySetting={
            "RecoveryMechanisms": [{"Name": each["name"], "Priority": each["priority"]} for each in recovery["recoveryMechanisms"]]
        }
        if recovery
        else None,
        MfaConfiguration=None if factor else mfa,
        UserPoolTags={pair["Key"]: pair["Value"] for pair in aws.pairs()},
    )["UserPool"]
    if factor:
        aws.client("cognito-idp").set_user_pool_mfa_config(
            UserPoolId=made["Id"], MfaConfiguration=mfa, SoftwareTokenMfaConfiguration={"Enabled": factor["enabled"]}
        )
    endpoint = f"cognito-idp.{aws.region}.amazonaws.com/{made['Id']}"
    return made["Id"], {**pick(made, "Name", "Arn"), "endpoint": endpoint, "estimatedNumberOfUsers": 0}


@creates("aws:cognito/userPoolClient:UserPoolClient")
def user_pool_client(aws: Aws, given: Inputs) -> Made:
    """A client of a pool."""
    made = aws.call("cognito-idp", "create_user_pool_client", given, rename={"name": "ClientName"})["UserPoolClient"]
    return made["ClientId"], {"name": made["ClientName"], "clientSecret": made.get("ClientSecret", "")}


def _upper(name: str) -> str:
    return name[0].upper() + name[1:]
