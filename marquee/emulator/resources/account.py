"""What an account has once, in a region or at all: registries, API Gateway's role, the budget."""

from decimal import Decimal
from typing import Any

from marquee.emulator.resources.context import Aws, Made
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates


@creates("aws:ebs/encryptionByDefault:EncryptionByDefault")
def encryption_by_default(aws: Aws, given: Inputs) -> Made:
    """Every new disk of the region is encrypted, unless told otherwise."""
    ec2 = aws.client("ec2")
    if given.get("enabled", True):
        ec2.enable_ebs_encryption_by_default()
    else:
        ec2.disable_ebs_encryption_by_default()
    return aws.region, {}


@creates("aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration")
def registry_scanning(aws: Aws, given: Inputs) -> Made:
    """How images are scanned; the id is the registry's."""
    aws.call("ecr", "put_registry_scanning_configuration", given)
    return aws.account, {"registryId": aws.account}


@creates("aws:ecr/registryPolicy:RegistryPolicy")
def registry_policy(aws: Aws, given: Inputs) -> Made:
    """Who may replicate into the registry; the id is the registry's."""
    aws.call("ecr", "put_registry_policy", given, rename={"policy": "policyText"})
    return aws.account, {"registryId": aws.account}


@creates("aws:apigateway/account:Account")
def api_gateway_account(aws: Aws, given: Inputs) -> Made:
    """The role that API Gateway logs with; the provider reads the account back."""
    gateway = aws.client("apigateway")
    change = {"op": "replace", "path": "/cloudwatchRoleArn", "value": given.get("cloudwatchRoleArn", "")}
    gateway.update_account(patchOperations=[change])
    found = gateway.get_account()
    throttle = found.get("throttleSettings", {})
    limits = {"burstLimit": throttle.get("burstLimit", 5000), "rateLimit": throttle.get("rateLimit", 10000)}
    settings = {"features": found.get("features", []), "apiKeyVersion": found.get("apiKeyVersion", "4"), "throttleSettings": [limits]}
    return "api-gateway-account", settings


@creates("aws:budgets/budget:Budget")
def budget(aws: Aws, given: Inputs) -> Made:
    """A budget with its notifications; the id is `account:name`."""
    name = aws.physical(given)
    limit = {"Amount": str(Decimal(str(given["limitAmount"]))), "Unit": given["limitUnit"]} if "limitAmount" in given else None
    wanted: dict[str, Any] = {
        "BudgetName": name,
        "BudgetType": given["budgetType"],
        "TimeUnit": given["timeUnit"],
        **({"BudgetLimit": limit} if limit else {}),
        **({"CostFilters": {item["name"]: item["values"] for item in given.sections("costFilters")}} if "costFilters" in given else {}),
    }
    told = [_notification(item) for item in given.sections("notifications")] or None
    aws.call("budgets", "create_budget", given, AccountId=aws.account, Budget=wanted, NotificationsWithSubscribers=told)
    return f"{aws.account}:{name}", {"name": name, "accountId": aws.account, "arn": f"arn:aws:budgets::{aws.account}:budget/{name}"}


def _notification(item: Inputs) -> dict[str, Any]:
    kinds = {"EMAIL": "subscriberEmailAddresses", "SNS": "subscriberSnsTopicArns"}
    return {
        "Notification": {
            "ComparisonOperator": item["comparisonOperator"],
            "NotificationType": item["notificationType"],
            "Threshold": item["threshold"],
            "ThresholdType": item["thresholdType"],
        },
        "Subscribers": [{"SubscriptionType": kind, "Address": to} for kind, prop in kinds.items() for to in item.get(prop, [])],
    }
