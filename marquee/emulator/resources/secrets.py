"""Secrets Manager: secrets, their values, their rotation."""

from marquee.emulator.resources.context import Aws, Made
from marquee.emulator.resources.inputs import Inputs, attributes
from marquee.emulator.resources.registry import creates


@creates("aws:secretsmanager/secret:Secret")
def secret(aws: Aws, given: Inputs) -> Made:
    """A secret without a value; its id is its ARN."""
    name = aws.physical(given)
    replicas = [attributes(item, {"region": "Region", "kmsKeyId": "KmsKeyId"}) for item in given.sections("replicas")]
    arn = aws.call("secretsmanager", "create_secret", given, Name=name, AddReplicaRegions=replicas or None)["ARN"]
    if "policy" in given:
        aws.client("secretsmanager").put_resource_policy(SecretId=arn, ResourcePolicy=given["policy"])
    return arn, {"name": name, "arn": arn}


@creates("aws:secretsmanager/secretVersion:SecretVersion")
def secret_version(aws: Aws, given: Inputs) -> Made:
    """A value; the id is `secret|version`."""
    made = aws.call("secretsmanager", "put_secret_value", given)
    stages = made.get("VersionStages", ["AWSCURRENT"])
    return f"{given['secretId']}|{made['VersionId']}", {"arn": made["ARN"], "versionId": made["VersionId"], "versionStages": stages}


@creates("aws:secretsmanager/secretRotation:SecretRotation")
def secret_rotation(aws: Aws, given: Inputs) -> Made:
    """When and by which function a secret is changed; the id is the secret's."""
    aws.call("secretsmanager", "rotate_secret", given)
    return str(given["secretId"]), {"rotationEnabled": True}


@creates("aws:secretsmanager/secretPolicy:SecretPolicy")
def secret_policy(aws: Aws, given: Inputs) -> Made:
    """Who may read a secret; the id is the secret's."""
    aws.call("secretsmanager", "put_resource_policy", given, rename={"policy": "ResourcePolicy"}, SecretId=given["secretArn"])
    return str(given["secretArn"]), {}
