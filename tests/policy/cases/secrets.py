"""S: secrets."""

import json
from typing import Any

from tests.policy.case import UNKNOWN, Item, fails, not_applicable, passes, secret, unknown
from tests.policy.cases._policies import TABLE

SECRET = Item("aws:secretsmanager/secret:Secret", {"name": "s"})
NEVER = "AKIA" + "IOSFODNN7EXAMPLE"  # put together, so that no scanner takes AWS's documented example for a leak
HIDDEN = "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY"
FUNCTION = "aws:lambda/function:Function"
WAREHOUSE = "aws:redshift/cluster:Cluster"


def _rotation(secret_id: Any, *refs: str) -> Item:
    props = {"secretId": secret_id, "rotationRules": {"automaticallyAfterDays": 30}}
    return Item("aws:secretsmanager/secretRotation:SecretRotation", props, "rotation", {"secretId": refs} if refs else {})


def _function(**variables: Any) -> Item:
    return Item(FUNCTION, {"role": "r", "environment": {"variables": variables}})


def _task(*environment: dict[str, str]) -> Item:
    containers = json.dumps([{"name": "a"}, {"name": "b", "environment": list(environment)}])
    return Item("aws:ecs/taskDefinition:TaskDefinition", {"family": "f", "containerDefinitions": containers})


def _cluster(**props: Any) -> Item:
    return Item("aws:rds/cluster:Cluster", {"engine": "aurora-postgresql", **props})


def _instance(**props: Any) -> Item:
    return Item("aws:rds/instance:Instance", {"instanceClass": "db.t4g.micro", **props})


def _repository(**props: Any) -> Item:
    return Item("aws:ecr/repository:Repository", props)


def _parameter(type_: Any, name: Any = "/app/db/password", **props: Any) -> Item:
    return Item("aws:ssm/parameter:Parameter", {"type": type_, "name": name, **props})


def _pool(**props: Any) -> Item:
    return Item("aws:cognito/userPool:UserPool", props)


STRONG = {
    "minimumLength": 12,
    "requireLowercase": True,
    "requireUppercase": True,
    "requireNumbers": True,
    "requireSymbols": True,
    "temporaryPasswordValidityDays": 3,
}
ROTATION = (
    not_applicable("S1", "another type", TABLE),
    passes("S1", "rotated", SECRET, _rotation(UNKNOWN, "subject")),
    passes("S1", "rotated, by name", SECRET, _rotation("s")),
    fails("S1", "not rotated", SECRET),
    fails("S1", "another secret's", SECRET, Item(SECRET.type, {}, "other"), _rotation(UNKNOWN, "other")),
    unknown("S1", "whose rotation is not known yet", SECRET, _rotation(UNKNOWN), at="secretId"),
    not_applicable("S1.2", "a replica", _instance(replicateSourceDb="arn:db")),
    not_applicable("S1.2", "a secondary cluster", _cluster(globalClusterIdentifier="g")),
    passes("S1.2", "managed", _cluster(manageMasterUserPassword=True, masterUsername="u")),
    passes("S1.2", "write-only", _instance(username="u", passwordWo=secret("p"))),
    fails("S1.2", "passed", _cluster(masterUsername="u", masterPassword="p"), at="masterPassword"),
    fails("S1.2", "passed as a secret", _instance(username="u", password=secret("p")), at="password"),
    fails("S1.2", "a user without a password", _cluster(masterUsername="u"), at="manageMasterUserPassword"),
    passes("S1.2", "managed warehouse", Item(WAREHOUSE, {"masterUsername": "u", "manageMasterPassword": True})),
    fails("S1.2", "warehouse's", Item(WAREHOUSE, {"masterUsername": "u", "masterPassword": secret("p")}), at="masterPassword"),
    fails("S1.2", "warehouse's user alone", Item(WAREHOUSE, {"masterUsername": "u"}), at="manageMasterPassword"),
    unknown("S1.2", "not known yet", _cluster(manageMasterUserPassword=UNKNOWN), at="manageMasterUserPassword"),
    not_applicable("S1.3", "no user", _cluster()),
    passes("S1.3", "a name of its own", _cluster(masterUsername="media_owner")),
    fails("S1.3", "the console's", _cluster(masterUsername="postgres"), at="masterUsername"),
    fails("S1.3", "of an instance", _instance(username="Admin"), at="username"),
    unknown("S1.3", "not known yet", _instance(username=UNKNOWN), at="username"),
)
ENVIRONMENTS = (
    not_applicable("S2", "another type", TABLE),
    passes("S2", "no environment", Item(FUNCTION, {"role": "r"})),
    passes("S2", "plain values", _function(TABLE="titles", ARN="arn:aws:sns:eu-west-1:111122223333:alarms", URL="https://example.org/a")),
    passes("S2", "a hash", _function(DIGEST="da39a3ee5e6b4b0d3255bfef95601890afd80709")),
    passes("S2", "a long name", _function(BUCKET="marquee-production-eu-west-1-incoming-0001")),
    fails("S2", "a key id", _function(A=NEVER), at="environment.variables.A"),
    fails("S2", "a secret key", _function(A="x", KEY=HIDDEN), at="variables.KEY"),
    fails("S2", "both in one value", _function(A=f"{NEVER}:{HIDDEN}")),
    fails("S2", "a private key", _function(A="-----BEGIN RSA PRIVATE KEY-----\nMII")),
    fails("S2", "a password in a URL", _function(DSN="postgres://user:hunter2@db.internal/app"), at="variables.DSN"),
    fails("S2", "a GitHub token", _function(A="ghp_" + "a1B2" * 9)),
    fails("S2", "beside an unknown", _function(A=UNKNOWN, B=NEVER), at="variables.B"),
    unknown("S2", "not known yet", _function(A=UNKNOWN, B="b"), at="variables.A"),
    unknown("S2", "a secret", _function(A=secret(NEVER)), at="variables.A is secret"),
    not_applicable("S2.2", "another type", TABLE),
    passes("S2.2", "plain values", _task({"name": "TABLE", "value": "titles"})),
    passes("S2.2", "no JSON", Item("aws:ecs/taskDefinition:TaskDefinition", {"family": "f", "containerDefinitions": "["})),
    fails(
        "S2.2",
        "a key id",
        _task({"name": "A", "value": "b"}, {"name": "C", "value": NEVER}),
        at="[1].environment[1].value",
    ),
    fails("S2.2", "by its name", _task({"name": "AWS_SECRET_ACCESS_KEY", "value": "x"})),
    unknown(
        "S2.2",
        "one value makes the text unknown",
        Item("aws:ecs/taskDefinition:TaskDefinition", {"family": "f", "containerDefinitions": UNKNOWN}),
        at="containerDefinitions",
    ),
    not_applicable("S2.3", "another type", TABLE),
    passes("S2.3", "a reference", _function(DB_PASSWORD="arn:aws:secretsmanager:eu-west-1:111122223333:secret:a")),
    passes("S2.3", "about a token", _function(TOKEN_TTL="3600", SECRET_ARN="x", PASSWORD_LENGTH="12")),
    passes("S2.3", "a switch", _function(ROTATE_SECRET="true")),
    passes("S2.3", "not known yet, of another name", _function(TABLE=UNKNOWN)),
    fails("S2.3", "a password", _function(DB_PASSWORD="hunter2"), at="variables.DB_PASSWORD"),
    fails("S2.3", "camel case", _function(dbPassword="hunter2")),
    fails("S2.3", "of a container", _task({"name": "API_KEY", "value": "abcdef"}), at="environment[0].value"),
    unknown("S2.3", "not known yet", _function(DB_PASSWORD=UNKNOWN), at="DB_PASSWORD"),
)
IMAGES = (
    not_applicable("S3", "another type", TABLE),
    passes("S3", "immutable", _repository(imageTagMutability="IMMUTABLE")),
    fails("S3", "missing", _repository(), at="imageTagMutability"),
    fails("S3", "mutable", _repository(imageTagMutability="MUTABLE")),
    fails("S3", "with exclusions", _repository(imageTagMutability="IMMUTABLE_WITH_EXCLUSION")),
    unknown("S3", "not known yet", _repository(imageTagMutability=UNKNOWN), at="imageTagMutability"),
    not_applicable("S3.2", "another type", TABLE),
    passes("S3.2", "scanned", _repository(imageScanningConfiguration={"scanOnPush": True})),
    fails("S3.2", "missing", _repository(), at="imageScanningConfiguration"),
    fails("S3.2", "off", _repository(imageScanningConfiguration={"scanOnPush": False}), at="scanOnPush"),
    unknown("S3.2", "not known yet", _repository(imageScanningConfiguration={"scanOnPush": UNKNOWN}), at="scanOnPush"),
)
PARAMETERS = (
    not_applicable("S3.3", "in clear", _parameter("String")),
    passes("S3.3", "a key", _parameter("SecureString", keyId="alias/secrets")),
    fails("S3.3", "no key", _parameter("SecureString"), at="keyId"),
    unknown("S3.3", "a key that is not known yet", _parameter("SecureString", keyId=UNKNOWN), at="keyId"),
    unknown("S3.3", "a type that is not known yet", _parameter(UNKNOWN), at="type"),
    not_applicable("S3.4", "no name", Item("aws:ssm/parameter:Parameter", {"type": "String"})),
    passes("S3.4", "encrypted", _parameter("SecureString")),
    passes("S3.4", "encrypted, name not known yet", _parameter("SecureString", UNKNOWN)),
    passes("S3.4", "no secret", _parameter("String", "/app/password/length")),
    fails("S3.4", "in clear", _parameter("String"), at="type"),
    unknown("S3.4", "a name that is not known yet", _parameter("String", UNKNOWN), at="name"),
)
USERS = (
    not_applicable("S4", "another type", TABLE),
    passes("S4", "on", _pool(mfaConfiguration="ON"), required=True),
    passes("S4", "optional", _pool(mfaConfiguration="OPTIONAL")),
    fails("S4", "missing", _pool(), at="mfaConfiguration"),
    fails("S4", "off", _pool(mfaConfiguration="OFF")),
    fails("S4", "optional where it is required", _pool(mfaConfiguration="OPTIONAL"), required=True),
    unknown("S4", "not known yet", _pool(mfaConfiguration=UNKNOWN), at="mfaConfiguration"),
    not_applicable("S4.2", "Cognito's own policy", _pool()),
    passes("S4.2", "strong", _pool(passwordPolicy=STRONG)),
    fails("S4.2", "no symbols", _pool(passwordPolicy={**STRONG, "requireSymbols": False}), at="requireSymbols"),
    fails("S4.2", "too short", _pool(passwordPolicy={**STRONG, "minimumLength": 6}), at="minimumLength"),
    fails("S4.2", "shorter than configured", _pool(passwordPolicy=STRONG), at="minimumLength", minimumLength=16),
    fails("S4.2", "temporary for too long", _pool(passwordPolicy={**STRONG, "temporaryPasswordValidityDays": 30}), at="temporary"),
    fails("S4.2", "beside an unknown", _pool(passwordPolicy={**STRONG, "minimumLength": UNKNOWN, "requireNumbers": False})),
    unknown("S4.2", "not known yet", _pool(passwordPolicy={**STRONG, "minimumLength": UNKNOWN}), at="minimumLength"),
    not_applicable("S4.3", "another type", TABLE),
    passes("S4.3", "enforced", _pool(userPoolAddOns={"advancedSecurityMode": "ENFORCED"})),
    fails("S4.3", "missing", _pool(), at="userPoolAddOns"),
    fails("S4.3", "logged only", _pool(userPoolAddOns={"advancedSecurityMode": "AUDIT"})),
    unknown("S4.3", "not known yet", _pool(userPoolAddOns={"advancedSecurityMode": UNKNOWN}), at="advancedSecurityMode"),
)

CASES = (*ROTATION, *ENVIRONMENTS, *IMAGES, *PARAMETERS, *USERS)
