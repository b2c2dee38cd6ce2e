"""How a task of a workflow is repeated."""

from typing import Any


def retries() -> list[dict[str, Any]]:
    """Every error but one that repeats for sure, spread by full jitter: 2 s, 4 s … 60 s at most, two minutes in all at most."""
    return [
        {"ErrorEquals": ["DynamoDB.ConditionalCheckFailedException", "States.QueryEvaluationError"], "MaxAttempts": 0},
        {
            "ErrorEquals": ["States.ALL"],
            "IntervalSeconds": 2,
            "BackoffRate": 2,
            "MaxAttempts": 6,
            "MaxDelaySeconds": 60,
            "JitterStrategy": "FULL",
        },
    ]
