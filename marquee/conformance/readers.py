"""Readers of the services that the comparison covers; each takes one region's part into the inventory."""

from typing import Any

from marquee.conformance.inventory import Inventory, Reader
from marquee.conformance.readers_ec2 import read_network
from marquee.emulator import Emulator

_HOME = "us-east-1"  # where the global services are asked


def read_account(emulator: Emulator, account: str, regions: list[str]) -> Inventory:
    """Everything that stands in `account` in these regions, and in the global services."""
    reader = Reader(emulator, account)
    for region in regions:
        read_network(reader, region)
        for read in (_keys, _queues, _functions, _tables, _logs, _topics, _rules, _machines, _alarms):
            read(reader, region)
    _buckets(reader, _HOME)
    _roles(reader, _HOME)
    return reader.inventory()


def _keys(reader: Reader, region: str) -> None:
    for listed in reader.pages("kms", region, "list_keys", "Keys"):
        key_id = listed["KeyId"]
        key = reader.ask("kms", region, "describe_key", KeyId=key_id)["KeyMetadata"]
        if key["KeyManager"] != "CUSTOMER":
            continue
        reader.label(key_id, f"<key {key['Description']}>")
        multi_region = key.get("MultiRegionConfiguration", {}).get("MultiRegionKeyType", "no")
        reader.add(
            f"key {region} {key['Description']}",
            {
                **{name: key.get(name) for name in ("KeyState", "KeyUsage", "KeySpec", "Enabled", "MultiRegion", "Origin")},
                "multi_region": multi_region,
                "policy": reader.ask("kms", region, "get_key_policy", KeyId=key_id, PolicyName="default")["Policy"],
                "rotation": reader.ask("kms", region, "get_key_rotation_status", KeyId=key_id)["KeyRotationEnabled"],
                "tags": _tags(reader.ask("kms", region, "list_resource_tags", KeyId=key_id)["Tags"], "TagKey", "TagValue"),
            },
        )
    for alias in reader.pages("kms", region, "list_aliases", "Aliases"):
        if not alias["AliasName"].startswith("alias/aws/"):
            reader.add(f"alias {region} {alias['AliasName']}", alias)


def _queues(reader: Reader, region: str) -> None:
    urls: list[Any] = reader.pages("sqs", region, "list_queues", "QueueUrls")
    for url in urls:
        answer = reader.ask("sqs", region, "get_queue_attributes", QueueUrl=url, AttributeNames=["All"])
        tags = reader.ask("sqs", region, "list_queue_tags", QueueUrl=url).get("Tags", {})
        reader.add(f"queue {region} {url.rpartition('/')[2]}", {**answer["Attributes"], "tags": tags})


def _functions(reader: Reader, region: str) -> None:
    names = [function["FunctionName"] for function in reader.pages("lambda", region, "list_functions", "Functions")]
    for name in names:  # the provider waits for it; ours goes on
        reader.client("lambda", region).get_waiter("function_active_v2").wait(FunctionName=name)
    for function in reader.pages("lambda", region, "list_functions", "Functions"):
        name = function["FunctionName"]
        policy: dict[str, Any] = reader.ask("lambda", region, "get_policy", FunctionName=name) or {}
        tags = reader.ask("lambda", region, "list_tags", Resource=function["FunctionArn"])["Tags"]
        reader.add(f"function {region} {name}", {**function, "policy": policy.get("Policy"), "tags": tags})


def _tables(reader: Reader, region: str) -> None:
    for name in reader.pages("dynamodb", region, "list_tables", "TableNames"):
        table = reader.ask("dynamodb", region, "describe_table", TableName=name)["Table"]
        backups = reader.ask("dynamodb", region, "describe_continuous_backups", TableName=name)["ContinuousBackupsDescription"]
        reader.add(
            f"table {region} {name}",
            {
                **table,
                "backups": backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"],
                "ttl": reader.ask("dynamodb", region, "describe_time_to_live", TableName=name)["TimeToLiveDescription"],
                "tags": _tags(reader.ask("dynamodb", region, "list_tags_of_resource", ResourceArn=table["TableArn"])["Tags"]),
            },
        )


def _logs(reader: Reader, region: str) -> None:
    for group in reader.pages("logs", region, "describe_log_groups", "logGroups"):
        tags = reader.ask("logs", region, "list_tags_log_group", logGroupName=group["logGroupName"])["tags"]
        reader.add(f"logs {region} {group['logGroupName']}", {**group, "tags": tags})


def _topics(reader: Reader, region: str) -> None:
    for topic in reader.pages("sns", region, "list_topics", "Topics"):
        arn = topic["TopicArn"]
        attributes = reader.ask("sns", region, "get_topic_attributes", TopicArn=arn)["Attributes"]
        subscribed = reader.ask("sns", region, "list_subscriptions_by_topic", TopicArn=arn)["Subscriptions"]
        ends = [f"{found['Protocol']} {found['Endpoint']}" for found in subscribed]
        reader.add(f"topic {region} {arn.rpartition(':')[2]}", {**attributes, "subscriptions": ends})


def _rules(reader: Reader, region: str) -> None:
    for rule in reader.pages("events", region, "list_rules", "Rules"):
        targets = reader.pages("events", region, "list_targets_by_rule", "Targets", Rule=rule["Name"])
        reader.add(f"rule {region} {rule['Name']}", {**rule, "targets": [{**target, "Id": ""} for target in targets]})


def _machines(reader: Reader, region: str) -> None:
    for listed in reader.pages("stepfunctions", region, "list_state_machines", "stateMachines"):
        machine = reader.ask("stepfunctions", region, "describe_state_machine", stateMachineArn=listed["stateMachineArn"])
        reader.add(f"machine {region} {listed['name']}", machine)


def _alarms(reader: Reader, region: str) -> None:
    for alarm in reader.pages("cloudwatch", region, "describe_alarms", "MetricAlarms"):
        reader.add(f"alarm {region} {alarm['AlarmName']}", {name: value for name, value in alarm.items() if not name.startswith("State")})


def _buckets(reader: Reader, region: str) -> None:
    parts = {
        "versioning": "get_bucket_versioning",
        "encryption": "get_bucket_encryption",
        "policy": "get_bucket_policy",
        "lifecycle": "get_bucket_lifecycle_configuration",
        "public_access": "get_public_access_block",
        "ownership": "get_bucket_ownership_controls",
        "notification": "get_bucket_notification_configuration",
        "logging": "get_bucket_logging",
        "location": "get_bucket_location",
        "tagging": "get_bucket_tagging",
    }
    for bucket in reader.pages("s3", region, "list_buckets", "Buckets"):
        name = bucket["Name"]
        reader.add(f"bucket {name}", {part: reader.ask("s3", region, operation, Bucket=name) for part, operation in parts.items()})


def _roles(reader: Reader, region: str) -> None:
    for role in reader.pages("iam", region, "list_roles", "Roles"):
        name = role["RoleName"]
        full = reader.ask("iam", region, "get_role", RoleName=name)["Role"]
        inline = reader.pages("iam", region, "list_role_policies", "PolicyNames", RoleName=name)
        reader.add(
            f"role {name}",
            {
                **full,
                "inline": {
                    policy: reader.ask("iam", region, "get_role_policy", RoleName=name, PolicyName=policy)["PolicyDocument"]
                    for policy in inline
                },
                "attached": reader.pages("iam", region, "list_attached_role_policies", "AttachedPolicies", RoleName=name),
                "Tags": _tags(full.get("Tags", [])),
            },
        )
    for policy in reader.pages("iam", region, "list_policies", "Policies", Scope="Local"):
        version = reader.ask("iam", region, "get_policy_version", PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])
        reader.add(f"policy {policy['PolicyName']}", {**policy, "document": version["PolicyVersion"]["Document"]})


def _tags(pairs: list[dict[str, Any]], key: str = "Key", value: str = "Value") -> dict[str, str]:
    return {pair[key]: pair[value] for pair in pairs}
