"""KMS keys, their replicas in other regions, and aliases."""

from marquee.emulator.resources.context import Aws, Made, Outputs
from marquee.emulator.resources.fit import pick
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates, reads


@creates("aws:kms/key:Key")
def key(aws: Aws, given: Inputs) -> Made:
    """A key, then its rotation: CreateKey takes none."""
    made = aws.call("kms", "create_key", given, rename={"customerMasterKeySpec": "KeySpec"})["KeyMetadata"]
    if given.get("enableKeyRotation", False):
        aws.call("kms", "enable_key_rotation", given, KeyId=made["KeyId"])
    _enable(aws, given, made["KeyId"])
    return made["KeyId"], key_state(aws, made["KeyId"])


@creates("aws:kms/replicaKey:ReplicaKey")
def replica_key(aws: Aws, given: Inputs) -> Made:
    """A replica is asked for in the region of its primary."""
    primary = str(given["primaryKeyArn"])
    key_id, home = primary.rpartition("/")[2], primary.split(":")[3]
    aws.call("kms", "replicate_key", given, region=home, KeyId=key_id, ReplicaRegion=aws.region)
    _enable(aws, given, key_id)
    return key_id, replica_state(aws, key_id)


@creates("aws:kms/alias:Alias")
def alias(aws: Aws, given: Inputs) -> Made:
    """An alias; its id is its name."""
    name = aws.physical(given)
    aws.call("kms", "create_alias", given, AliasName=name)
    target = aws.client("kms").describe_key(KeyId=given["targetKeyId"])["KeyMetadata"]
    return name, {"name": name, "arn": aws.arn("kms", name), "targetKeyArn": target["Arn"], "targetKeyId": target["KeyId"]}


@reads("aws:kms/key:Key")
def key_state(aws: Aws, id: str) -> Outputs:
    """A key as KMS describes it."""
    described, rotation = _described(aws, id)
    own = pick(described, "MultiRegion", isEnabled="Enabled", customerMasterKeySpec="KeySpec")
    return {**_shared(aws, described), **own, "enableKeyRotation": rotation}


@reads("aws:kms/replicaKey:ReplicaKey")
def replica_state(aws: Aws, id: str) -> Outputs:
    """A replica has other words for the same."""
    described, rotation = _described(aws, id)
    return {**_shared(aws, described), **pick(described, "KeySpec", "Enabled"), "keyRotationEnabled": rotation}


def _described(aws: Aws, id: str) -> tuple[Outputs, bool]:
    kms = aws.client("kms")
    return kms.describe_key(KeyId=id)["KeyMetadata"], kms.get_key_rotation_status(KeyId=id)["KeyRotationEnabled"]


def _shared(aws: Aws, described: Outputs) -> Outputs:
    policy = aws.client("kms").get_key_policy(KeyId=described["KeyId"], PolicyName="default")["Policy"]
    return {**pick(described, "KeyId", "KeyUsage", "Description", arn="Arn"), "policy": policy}


def _enable(aws: Aws, given: Inputs, key_id: str) -> None:
    if not all((given.get("isEnabled", True), given.get("enabled", True))):  # a key's word and a replica's
        aws.client("kms").disable_key(KeyId=key_id)
