"""The deployed stack as the tests of ingest see it."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marquee.ingest import Catalogue, Item, Target, Upload, upload, wait_for_record
from tests.flows.world import World, wait_for


@dataclass
class Stack:
    """The deployed stack, and a subscriber to its events."""

    world: World
    target: Target
    events_url: str
    seen: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    @property
    def catalogue(self) -> Catalogue:
        return Catalogue(self.target)

    @property
    def bucket(self) -> str:
        return self.target.names.bucket("incoming", self.target.region)

    @property
    def machine(self) -> str:
        return self.world.arn("states", f"stateMachine:{self.target.names.state_machine('ingest')}")

    def ingest(self, path: Path, title: str, **options: Any) -> tuple[Upload, Item]:
        done = upload(self.target, path, title=title, **options)
        return done, wait_for_record(self.target, done, seconds=60)

    def executions(self, key: str) -> list[dict[str, Any]]:
        """Executions for an object's key, each as described, once none of them runs."""
        states = self.world("stepfunctions")

        def ended() -> list[dict[str, Any]]:
            listed = states.list_executions(stateMachineArn=self.machine)["executions"]
            described = [states.describe_execution(executionArn=each["executionArn"]) for each in listed]
            mine = [each for each in described if json.loads(each["input"]).get("detail", {}).get("object", {}).get("key") == key]
            return mine if all(each["status"] != "RUNNING" for each in mine) else []

        return wait_for(ended, seconds=60)

    def event_of(self, done: Upload) -> str | None:
        """The input of the execution that an upload started, which is S3's event."""
        states = self.world("stepfunctions")
        listed = states.list_executions(stateMachineArn=self.machine)["executions"]
        inputs = (states.describe_execution(executionArn=each["executionArn"])["input"] for each in listed)
        return next((each for each in inputs if done.version_id in each), None)

    def deliver_again(self, event: str, name: str) -> str:
        """Start an execution as the rule does; its status at the end."""
        states = self.world("stepfunctions")
        arn = states.start_execution(stateMachineArn=self.machine, name=name, input=event)["executionArn"]
        return wait_for(lambda: (status := states.describe_execution(executionArn=arn)["status"]) != "RUNNING" and status, seconds=60)

    def events_of(self, done: Upload) -> list[dict[str, Any]]:
        while (
            more := self.world("sqs").receive_message(QueueUrl=self.events_url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages")
        ):
            for message in more:
                self.seen.append(json.loads(message["Body"]))
                self.world("sqs").delete_message(QueueUrl=self.events_url, ReceiptHandle=message["ReceiptHandle"])
        return [event for event in self.seen if event["detail"]["versionId"] == done.version_id]

    def versions(self) -> list[tuple[str, str]]:
        """Key and version of everything in the bucket, delete markers too."""
        listed = self.world("s3").list_object_versions(Bucket=self.bucket)
        return sorted((item["Key"], item["VersionId"]) for item in [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])])

    def content(self, key: str, version: str = "") -> bytes:
        which = {"VersionId": version} if version else {}
        return self.world("s3").get_object(Bucket=self.bucket, Key=key, **which)["Body"].read()
