"""A table's replica lies under the key of its own region; MiniStack leaves it under the key of the region it was copied from.

Source: DynamoDB Developer Guide, "Encryption at rest: usage notes", global tables; API Reference, `CreateReplicationGroupMemberAction`.
"""
# ruff: noqa: SLF001 MiniStack has no public way in

from typing import Any

from marquee.emulator.upstream import module


def install() -> None:
    """Give each new replica the key that was asked for, and name it where replicas are described. Once."""
    dynamodb, responses = module("ministack.services.dynamodb"), module("ministack.core.responses")
    apply, describe = dynamodb._apply_replica_updates, dynamodb._table_description

    def apply_replica_updates(name: str, table: dict[str, Any], updates: list[dict[str, Any]]) -> Any:
        refused = apply(name, table, updates)
        for wanted in (update.get("Create", {}) for update in updates if not refused):
            replica: dict[str, Any] | None = dynamodb._tables.get_scoped(responses.get_account_id(), wanted.get("RegionName", ""), name)
            if replica is not None and "KMSMasterKeyId" in wanted:
                specification = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": wanted["KMSMasterKeyId"]}
                replica["SSEDescription"] = dynamodb._sse_description_from_spec(specification)
        return refused

    def table_description(name: str) -> dict[str, Any]:
        description: dict[str, Any] = describe(name)
        for replica in description.get("Replicas", []):
            there: Any = dynamodb._tables.get_scoped(responses.get_account_id(), replica["RegionName"], name)
            if there and there.get("SSEDescription"):
                replica["KMSMasterKeyId"] = there["SSEDescription"]["KMSMasterKeyArn"]
        return description

    dynamodb._apply_replica_updates, dynamodb._table_description = apply_replica_updates, table_description
