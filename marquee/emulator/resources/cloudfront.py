"""CloudFront: distributions, what they are made of, and the code at the edge. A global service: no region enters a request."""

from typing import Any

from marquee.emulator.resources.cloudfront_shapes import shaped
from marquee.emulator.resources.context import Aws, Made, Outputs, crc32
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates, reads

_ALIAS_ZONE = "Z2FDTNDATAQYW2"
"""Hosted zone of every distribution's name. Source: Amazon Route 53 API Reference, AliasTarget."""
_OF_PROVIDER = ("retainOnDelete", "waitForDeployment", "tags")
"""Inputs of a distribution that say how the provider works, or go beside the configuration."""


@creates("aws:cloudfront/distribution:Distribution")
def distribution(aws: Aws, given: Inputs) -> Made:
    """A distribution with everything that the provider sends for it.

    CloudFront takes a continuous deployment policy only from a distribution that exists. What is one deployment here is two on AWS: the
    first without the policy, the second with it.
    """
    client = aws.client("cloudfront")
    shape = _request(client, "CreateDistribution").members["DistributionConfig"]
    config = shaped(shape, {name: given[name] for name in given if name not in _OF_PROVIDER}, "")
    config |= {"CallerReference": f"{crc32(aws.urn):08x}", "Comment": config.get("Comment", "")}
    for origin in config["Origins"]["Items"]:
        if "CustomOriginConfig" not in origin and "VpcOriginConfig" not in origin:
            origin.setdefault("S3OriginConfig", {"OriginAccessIdentity": ""})
    tags = {"Items": aws.pairs()}
    policy = config.pop("ContinuousDeploymentPolicyId", None)
    answer = client.create_distribution_with_tags(DistributionConfigWithTags={"DistributionConfig": config, "Tags": tags})
    number = answer["Distribution"]["Id"]
    if policy:
        client.update_distribution(Id=number, IfMatch=answer["ETag"], DistributionConfig={**config, "ContinuousDeploymentPolicyId": policy})
    return number, distribution_state(aws, number)


@reads("aws:cloudfront/distribution:Distribution")
def distribution_state(aws: Aws, id: str) -> Outputs:
    """A distribution as CloudFront describes it."""
    answer = aws.client("cloudfront").get_distribution(Id=id)
    found = answer["Distribution"]
    return {
        "arn": found["ARN"],
        "domainName": found["DomainName"],
        "hostedZoneId": _ALIAS_ZONE,
        "status": found["Status"],
        "etag": answer["ETag"],
        "callerReference": found["DistributionConfig"]["CallerReference"],
        "inProgressValidationBatches": 0,
        "lastModifiedTime": str(found["LastModifiedTime"]),
    }


def _policy(token: str, operation: str, config: str, result: str) -> None:
    """Registers a type that is one configuration with a name; its id is CloudFront's."""

    def create(aws: Aws, given: Inputs) -> Made:
        client = aws.client("cloudfront")
        wanted = {"name": aws.physical(given)} | {name: given[name] for name in given}
        body = shaped(_request(client, operation).members[config], wanted, "")
        answer = getattr(client, _method(operation))(**{config: body})
        return answer[result]["Id"], {"name": wanted["name"], "etag": answer["ETag"], **_arn(aws, token, answer[result]["Id"])}

    creates(token)(create)


def _arn(aws: Aws, token: str, id: str) -> Outputs:
    kind = {"CachePolicy": "cache-policy", "ContinuousDeploymentPolicy": "continuous-deployment-policy",
            "OriginRequestPolicy": "origin-request-policy", "OriginAccessControl": "origin-access-control",
            "ResponseHeadersPolicy": "response-headers-policy"}.get(token.rpartition(":")[2])  # fmt: skip
    return {"arn": f"arn:aws:cloudfront::{aws.account}:{kind}/{id}"} if kind else {}


for _name in ("CachePolicy", "OriginRequestPolicy", "ResponseHeadersPolicy", "OriginAccessControl"):
    _policy(f"aws:cloudfront/{_name[0].lower()}{_name[1:]}:{_name}", f"Create{_name}", f"{_name}Config", _name)


@creates("aws:cloudfront/realtimeLogConfig:RealtimeLogConfig")
def realtime_log_config(aws: Aws, given: Inputs) -> Made:
    """What is logged at once, and where to; the id is its ARN."""
    endpoint = given["endpoint"]
    stream = {"RoleARN": endpoint["kinesisStreamConfig"]["roleArn"], "StreamARN": endpoint["kinesisStreamConfig"]["streamArn"]}
    made = aws.client("cloudfront").create_realtime_log_config(
        Name=aws.physical(given),
        SamplingRate=int(given["samplingRate"]),
        Fields=list(given["fields"]),
        EndPoints=[{"StreamType": endpoint["streamType"], "KinesisStreamConfig": stream}],
    )["RealtimeLogConfig"]
    return made["ARN"], {"arn": made["ARN"], "name": made["Name"]}


@creates("aws:cloudfront/continuousDeploymentPolicy:ContinuousDeploymentPolicy")
def continuous_deployment_policy(aws: Aws, given: Inputs) -> Made:
    """Whom the staging distribution serves; the id is CloudFront's."""
    client = aws.client("cloudfront")
    shape = _request(client, "CreateContinuousDeploymentPolicy").members["ContinuousDeploymentPolicyConfig"]
    config = shaped(shape, {name: given[name] for name in given}, "")
    answer = client.create_continuous_deployment_policy(ContinuousDeploymentPolicyConfig=config)
    made = answer["ContinuousDeploymentPolicy"]
    return made["Id"], {
        **_arn(aws, ":ContinuousDeploymentPolicy", made["Id"]),
        "etag": answer["ETag"],
        "lastModifiedTime": str(made["LastModifiedTime"]),
    }


@creates("aws:cloudfront/keyValueStore:KeyValueStore")
def key_value_store(aws: Aws, given: Inputs) -> Made:
    """An empty store; its id is its name."""
    name = aws.physical(given)
    made = aws.client("cloudfront").create_key_value_store(Name=name, Comment=given.get("comment", ""))
    store = made["KeyValueStore"]
    _tag(aws, store["ARN"])
    return name, {"name": name, "arn": store["ARN"], "etag": made["ETag"], "lastModifiedTime": str(store["LastModifiedTime"])}


@creates("aws:cloudfront/function:Function")
def function(aws: Aws, given: Inputs) -> Made:
    """A function, published unless told otherwise; its id is its name."""
    client, name = aws.client("cloudfront"), aws.physical(given)
    stores = [{"KeyValueStoreARN": arn} for arn in given.get("keyValueStoreAssociations", [])]
    config: dict[str, Any] = {"Comment": given.get("comment", ""), "Runtime": given["runtime"]}
    if stores:
        config["KeyValueStoreAssociations"] = {"Quantity": len(stores), "Items": stores}
    made = client.create_function(Name=name, FunctionConfig=config, FunctionCode=str(given["code"]).encode())
    if given.get("publish", True):
        client.publish_function(Name=name, IfMatch=made["ETag"])
    arn = made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"]
    _tag(aws, arn)
    described = client.describe_function(Name=name, Stage="LIVE" if given.get("publish", True) else "DEVELOPMENT")
    return name, {"name": name, "arn": arn, "etag": described["ETag"], "status": described["FunctionSummary"].get("Status", "UNASSOCIATED")}


def _tag(aws: Aws, arn: str) -> None:
    if pairs := aws.pairs():
        aws.client("cloudfront").tag_resource(Resource=arn, Tags={"Items": pairs})


def _request(client: Any, operation: str) -> Any:
    return client.meta.service_model.operation_model(operation).input_shape


def _method(operation: str) -> str:
    return "create_" + "".join(f"_{char.lower()}" if char.isupper() else char for char in operation.removeprefix("Create")).lstrip("_")
