"""AWS Batch, its images and its launch template, read back as AWS holds them."""

import json
from typing import Any

import pytest

from tests.resources.bench import TAGS, Bench, tags

pytestmark = pytest.mark.slow

CONTAINER = {
    "image": "111122223333.dkr.ecr.eu-west-1.amazonaws.com/encode:1",
    "command": ["python", "-m", "runtime.encode"],
    "readonlyRootFilesystem": True,
    "user": "10001:10001",
    "resourceRequirements": [{"type": "VCPU", "value": "8"}, {"type": "MEMORY", "value": "14336"}],
    "linuxParameters": {"initProcessEnabled": True},
    "volumes": [{"name": "scratch", "host": {}}],
    "mountPoints": [{"sourceVolume": "scratch", "containerPath": "/scratch", "readOnly": False}],
    "environment": [{"name": "TMPDIR", "value": "/scratch"}],
}


def environment(aws: Bench) -> Any:
    resources = {
        "type": "SPOT",
        "allocationStrategy": "SPOT_PRICE_CAPACITY_OPTIMIZED",
        "instanceTypes": ["c7i", "c6i"],
        "instanceRole": aws.arn("iam", "instance-profile/x"),
        "minVcpus": 0,
        "maxVcpus": 256,
        "ec2Configurations": [{"imageType": "ECS_AL2023"}],
        "launchTemplate": {"launchTemplateId": "lt-1", "version": "1"},
        "subnets": ["subnet-1"],
        "securityGroupIds": ["sg-1"],
        "placementGroup": "racks",
    }
    policy = {"terminateJobsOnUpdate": False, "jobExecutionTimeoutMinutes": 60}
    token = "aws:batch/computeEnvironment:ComputeEnvironment"
    return aws.make(token, name="here", type="MANAGED", state="ENABLED", computeResources=resources, updatePolicy=policy)


def test_a_compute_environment_keeps_what_it_is_told(aws: Bench) -> None:
    made = environment(aws)
    [found] = aws("batch").describe_compute_environments(computeEnvironments=["here"])["computeEnvironments"]
    assert (made.id, made.outputs["arn"]) == ("here", aws.arn("batch", "compute-environment/here"))
    assert found["status"] == "VALID"
    assert found["computeResources"]["maxvCpus"] == 256
    assert found["computeResources"]["placementGroup"] == "racks"
    assert found["computeResources"]["ec2Configuration"] == [{"imageType": "ECS_AL2023"}]
    assert found["tags"] == TAGS


def test_a_queue_is_over_environments_that_exist(aws: Bench) -> None:
    arn = environment(aws).outputs["arn"]
    made = aws.make(
        "aws:batch/jobQueue:JobQueue", name="jobs", priority=1, computeEnvironmentOrders=[{"order": 1, "computeEnvironment": arn}]
    )
    [found] = aws("batch").describe_job_queues(jobQueues=["jobs"])["jobQueues"]
    assert made.id == made.outputs["arn"] == found["jobQueueArn"]
    assert found["computeEnvironmentOrder"] == [{"order": 1, "computeEnvironment": arn}]
    assert (found["state"], found["priority"], found["tags"]) == ("ENABLED", 1, TAGS)


def test_a_job_definition_has_its_container_its_retries_and_its_timeout(aws: Bench) -> None:
    ends = [{"onStatusReason": "Host EC2*", "action": "RETRY"}, {"onReason": "*", "action": "EXIT"}]
    made = aws.make(
        "aws:batch/jobDefinition:JobDefinition",
        name="encode",
        type="container",
        platformCapabilities=["EC2"],
        containerProperties=json.dumps(CONTAINER),
        retryStrategy={"attempts": 10, "evaluateOnExits": ends},
        timeout={"attemptDurationSeconds": 3600},
        propagateTags=True,
        deregisterOnNewRevision=False,
    )
    [found] = aws("batch").describe_job_definitions(jobDefinitionName="encode")["jobDefinitions"]
    assert made.id == made.outputs["arn"] == aws.arn("batch", "job-definition/encode:1")
    assert (made.outputs["arnPrefix"], made.outputs["revision"]) == (aws.arn("batch", "job-definition/encode"), 1)
    assert found["containerProperties"] == CONTAINER
    assert found["retryStrategy"] == {"attempts": 10, "evaluateOnExit": ends}
    assert (found["timeout"], found["propagateTags"]) == ({"attemptDurationSeconds": 3600}, True)


def test_a_launch_template_has_its_disks_its_metadata_options_and_the_tags_of_what_it_starts(aws: Bench) -> None:
    disk = {"volumeSize": 300, "volumeType": "gp3", "encrypted": "true", "kmsKeyId": aws.arn("kms", "key/1"), "deleteOnTermination": "true"}
    made = aws.make(
        "aws:ec2/launchTemplate:LaunchTemplate",
        name="instances",
        description="what encodes",
        imageId="ami-0ec50a1b2c3d4e5f6",
        blockDeviceMappings=[{"deviceName": "/dev/xvda", "ebs": disk}],
        metadataOptions={"httpTokens": "required", "httpPutResponseHopLimit": 1, "httpEndpoint": "enabled"},
        monitoring={"enabled": True},
        tagSpecifications=[{"resourceType": "volume", "tags": {"Owner": "team"}}],
        updateDefaultVersion=True,
    )
    [found] = aws("ec2").describe_launch_template_versions(LaunchTemplateId=made.id)["LaunchTemplateVersions"]
    data = found["LaunchTemplateData"]
    [mapped] = data["BlockDeviceMappings"]
    assert (mapped["DeviceName"], mapped["Ebs"]["Encrypted"], mapped["Ebs"]["VolumeSize"]) == ("/dev/xvda", True, 300)
    assert data["MetadataOptions"]["HttpTokens"] == "required"
    assert {"ResourceType": "volume", "Tags": [{"Key": "Owner", "Value": "team"}]} in data["TagSpecifications"]
    [template] = aws("ec2").describe_launch_templates(LaunchTemplateIds=[made.id])["LaunchTemplates"]
    assert tags(template["Tags"]) == TAGS
    assert made.outputs["latestVersion"] == 1


def test_a_repository_is_encrypted_scanned_and_immutable(aws: Bench) -> None:
    key = aws.arn("kms", "key/1")
    made = aws.make(
        "aws:ecr/repository:Repository",
        name="encode",
        imageTagMutability="IMMUTABLE",
        imageScanningConfiguration={"scanOnPush": True},
        encryptionConfigurations=[{"encryptionType": "KMS", "kmsKey": key}],
        forceDelete=True,
    )
    [found] = aws("ecr").describe_repositories(repositoryNames=["encode"])["repositories"]
    assert made.id == "encode"
    assert made.outputs["repositoryUrl"] == f"{aws.account}.dkr.ecr.eu-west-1.amazonaws.com/encode"
    assert (found["imageTagMutability"], found["imageScanningConfiguration"]) == ("IMMUTABLE", {"scanOnPush": True})
    assert found["encryptionConfiguration"] == {"encryptionType": "KMS", "kmsKey": key}
    old = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 20}
    policy = json.dumps({"rules": [{"rulePriority": 1, "selection": old, "action": {"type": "expire"}}]})
    aws.make("aws:ecr/lifecyclePolicy:LifecyclePolicy", repository="encode", policy=policy)
    assert aws("ecr").get_lifecycle_policy(repositoryName="encode")["lifecyclePolicyText"] == policy


def test_the_image_of_instances_is_looked_up(aws: Bench) -> None:
    name = "/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id"
    found = aws.invoke("aws:ssm/getParameter:getParameter", name=name)
    assert found["value"].startswith("ami-")
    assert found["arn"] == f"arn:aws:ssm:eu-west-1::parameter{name}"
