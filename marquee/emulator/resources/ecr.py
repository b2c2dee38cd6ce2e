"""ECR: repositories and what they keep. No image is ever pushed here."""

from marquee.emulator.resources.context import Aws, Made
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates


@creates("aws:ecr/repository:Repository")
def repository(aws: Aws, given: Inputs) -> Made:
    """A repository; its id is its name."""
    name = aws.physical(given)
    given.get("forceDelete")  # says how the provider deletes
    encryption = {"encryptionType": "AES256"}
    for wanted in given.sections("encryptionConfigurations"):
        encryption = {"encryptionType": wanted.get("encryptionType", "AES256")}
        encryption |= {"kmsKey": wanted["kmsKey"]} if "kmsKey" in wanted else {}
    made = aws.call("ecr", "create_repository", given, repositoryName=name, encryptionConfiguration=encryption)["repository"]
    return name, {"arn": made["repositoryArn"], "name": name, "registryId": made["registryId"], "repositoryUrl": made["repositoryUri"]}


@creates("aws:ecr/lifecyclePolicy:LifecyclePolicy")
def lifecycle_policy(aws: Aws, given: Inputs) -> Made:
    """What a repository keeps."""
    rename = {"repository": "repositoryName", "policy": "lifecyclePolicyText"}
    made = aws.call("ecr", "put_lifecycle_policy", given, rename=rename)
    return str(given["repository"]), {"registryId": made["registryId"]}
