"""The table of what was spent: an item for each region's hour and month, which no other region writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marquee.domain import invalidations
from marquee.domain.invalidations import Spent


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """One region's view of the table."""

    client: Any
    """boto3's of DynamoDB."""
    table: str
    region: str
    others: Sequence[str]

    def spent(self, now: datetime) -> Spent:
        """What was spent until `now`."""
        return Spent(
            this_hour=self._paths(invalidations.hour_of(now, self.region)),
            this_month=self._paths(invalidations.month_of(now, self.region)),
            elsewhere=sum(self._paths(invalidations.month_of(now, region)) for region in self.others),
        )

    def spend(self, paths: int, seen: Spent, now: datetime) -> bool:
        """Adds to this region's hour and month, both or neither; False if they are no longer what was seen."""
        try:
            self._add(paths, now, seen)
        except self.client.exceptions.TransactionCanceledException as error:
            reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
            if reasons <= {"None", "ConditionalCheckFailed", "TransactionConflict"}:
                return False
            raise
        return True

    def give_back(self, paths: int, now: datetime) -> None:
        """Takes back what was spent on what CloudFront then did not take."""
        self._add(-paths, now, None)

    def _add(self, paths: int, now: datetime, seen: Spent | None) -> None:
        hour, month = invalidations.hour_of(now, self.region), invalidations.month_of(now, self.region)
        items = ((hour, seen.this_hour if seen else None), (month, seen.this_month if seen else None))
        self.client.transact_write_items(TransactItems=[{"Update": self._addition(period, paths, now, was)} for period, was in items])

    def _addition(self, period: str, paths: int, now: datetime, was: int | None) -> dict[str, Any]:
        values = {":paths": {"N": str(paths)}, ":expires": {"N": str(invalidations.expiry(now))}}
        update: dict[str, Any] = {
            "TableName": self.table,
            "Key": {invalidations.KEY: {"S": period}},
            "UpdateExpression": "SET #expires = :expires ADD #paths :paths",
            "ExpressionAttributeNames": {"#paths": invalidations.PATHS, "#expires": invalidations.EXPIRES},
            "ExpressionAttributeValues": values,
        }
        if was is not None:
            values[":was"] = {"N": str(was)}
            update["ConditionExpression"] = "#paths = :was" if was else "attribute_not_exists(#paths) OR #paths = :was"
        return update

    def _paths(self, period: str) -> int:
        answer = self.client.get_item(TableName=self.table, Key={invalidations.KEY: {"S": period}}, ConsistentRead=True)
        return int(answer.get("Item", {}).get(invalidations.PATHS, {}).get("N", 0))
