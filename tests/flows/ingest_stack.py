"""The deployed stack as the tests of ingest see it."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from marquee.domain import titles
from marquee.ingest import Catalogue, Item, Target, Upload, upload, wait_for_record
from tests.flows.world import World, wait_for

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = "246813579024"


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
        return done, wait_for_record(self.target, done, seconds=120)

    def executions(self, key: str) -> list[dict[str, Any]]:
        """Executions for an object's key, each as described, once none of them runs."""
        states = self.world("stepfunctions")

        def ended() -> list[dict[str, Any]]:
            listed = states.list_executions(stateMachineArn=self.machine)["executions"]
            described = [states.describe_execution(executionArn=each["executionArn"]) for each in listed]
            mine = [each for each in described if json.loads(each["input"]).get("detail", {}).get("object", {}).get("key") == key]
            return mine if all(each["status"] != "RUNNING" for each in mine) else []

        return wait_for(ended, seconds=120)

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
        return wait_for(lambda: (status := states.describe_execution(executionArn=arn)["status"]) != "RUNNING" and status, seconds=120)

    def events_of(self, done: Upload) -> list[dict[str, Any]]:
        """Every event of an upload so far; waits a moment for late ones."""
        while more := self._receive(seconds=1):
            self.seen += more
        return self.told_of(done)

    def told_of(self, done: Upload) -> list[dict[str, Any]]:
        """Every event of an upload so far."""
        self.told_of_anything()
        return [event for event in self.seen if event["detail"].get("versionId") == done.version_id]

    def told_of_anything(self) -> None:
        """Take in every event so far."""
        while more := self._receive(seconds=0):
            self.seen += more

    def _receive(self, *, seconds: int) -> list[dict[str, Any]]:
        sqs = self.world("sqs")
        found = sqs.receive_message(QueueUrl=self.events_url, MaxNumberOfMessages=10, WaitTimeSeconds=seconds).get("Messages", [])
        for message in found:
            sqs.delete_message(QueueUrl=self.events_url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in found]

    def versions(self) -> list[tuple[str, str]]:
        """Key and version of everything in the bucket, delete markers too."""
        listed = self.world("s3").list_object_versions(Bucket=self.bucket)
        return sorted((item["Key"], item["VersionId"]) for item in [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])])

    def content(self, key: str, version: str = "") -> bytes:
        which = {"VersionId": version} if version else {}
        return self.world("s3").get_object(Bucket=self.bucket, Key=key, **which)["Body"].read()

    def renditions(self, title: str, version: str) -> dict[str, int]:
        """Name → bytes of what lies below a title version's prefix."""
        prefix = titles.rendition_prefix(title, version)
        pages = self.world("s3").get_paginator("list_objects_v2").paginate(Bucket=self._renditions, Prefix=prefix)
        return {item["Key"].removeprefix(prefix): item["Size"] for page in pages for item in page.get("Contents", [])}

    def rendition(self, title: str, version: str, name: str) -> bytes:
        key = titles.rendition_prefix(title, version) + name
        return self.world("s3").get_object(Bucket=self._renditions, Key=key)["Body"].read()

    def tags(self, title: str, version: str) -> set[tuple[str, str]]:
        """Tags that every file of a title version has."""
        found: list[set[tuple[str, str]]] = []
        for name in self.renditions(title, version):
            key = titles.rendition_prefix(title, version) + name
            tagged = self.world("s3").get_object_tagging(Bucket=self._renditions, Key=key)["TagSet"]
            found.append({(each["Key"], each["Value"]) for each in tagged})
        assert found
        return set.intersection(*found)

    @property
    def _renditions(self) -> str:
        return self.target.names.bucket("renditions", self.target.region)
