"""An account of the emulated AWS, with the shortest words for what tests need in it."""

import io
import json
import time
import zipfile
from collections.abc import Callable
from typing import Any, TypeVar

from marquee.emulator import Emulator
from marquee.emulator.recorder import Call

T = TypeVar("T")


class World:
    """One account. Its default region is the first one that a stack would use."""

    def __init__(self, emulator: Emulator, account: str, region: str = "eu-west-1"):
        self.emulator, self.account, self.region = emulator, account, region
        self._before = len(emulator.calls())

    def __call__(self, service: str, region: str = "") -> Any:
        return self.emulator.client(service, region=region or self.region, account=self.account)

    def arn(self, service: str, resource: str, region: str = "") -> str:
        return f"arn:aws:{service}:{region or self.region}:{self.account}:{resource}"

    def name(self, stem: str) -> str:
        """A bucket name that no other test uses: bucket names are global."""
        return f"{stem}-{self.account}"

    def calls(self) -> list[Call]:
        """Calls recorded since this test began, of its account's roles or of services."""
        mine = self.emulator.calls()[self._before :]
        return [call for call in mine if self.account in call.principal or ".amazonaws.com" in call.principal]

    def role(self, name: str, service: str, *statements: dict[str, Any]) -> str:
        iam = self("iam")
        trust = policy({"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"})
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=policy(*statements))
        return arn

    def as_role(self, service: str, *statements: dict[str, Any], name: str = "caller") -> Any:
        """A client of `service` with a session of a new role that has `statements`."""
        trust = policy({"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{self.account}:root"}, "Action": "sts:AssumeRole"})
        iam = self("iam")
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        iam.put_role_policy(RoleName=name, PolicyName="inline", PolicyDocument=policy(*statements))
        keys = self("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        credentials = {"access_key": keys["AccessKeyId"], "secret_key": keys["SecretAccessKey"], "session_token": keys["SessionToken"]}
        return self.emulator.client_as(service, region=self.region, credentials=credentials)

    def function(self, name: str, code: str, *statements: dict[str, Any], **settings: Any) -> str:
        """A Python function, handler `handler`, whose role may log and do what `statements` say."""
        log = allow("logs:*", self.arn("logs", f"log-group:/aws/lambda/{name}*"))
        role = self.role(f"{name}-role", "lambda", log, *statements)
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("code.py", code)
        settings = {"Timeout": 10, **settings}
        answer = self("lambda").create_function(
            FunctionName=name, Runtime="python3.12", Role=role, Handler="code.handler", Code={"ZipFile": archive.getvalue()}, **settings
        )
        return answer["FunctionArn"]

    def invoke(self, name: str, event: Any = None) -> Any:
        """What the handler returned, or its error's JSON."""
        return json.loads(self("lambda").invoke(FunctionName=name, Payload=json.dumps(event))["Payload"].read())

    def bucket(self, name: str, region: str = "") -> str:
        self("s3", region).create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region or self.region})
        return name

    def queue(self, name: str, *allowed: dict[str, Any], **attributes: str) -> tuple[str, str]:
        """URL and ARN of a queue with a policy of the `allowed` statements."""
        given = {"Policy": policy(*allowed), **attributes} if allowed else attributes
        url = self("sqs").create_queue(QueueName=name, Attributes=given)["QueueUrl"]
        return url, self.arn("sqs", name)

    def messages(self, url: str, seconds: float = 3.0) -> list[Any]:
        """Bodies of up to ten messages, parsed, as soon as there are any; none after `seconds`."""
        end = time.monotonic() + seconds
        while True:
            answer = self("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
            if "Messages" in answer or time.monotonic() > end:
                return [json.loads(message["Body"]) for message in answer.get("Messages", [])]
            time.sleep(0.02)

    def run(self, machine: str, given: Any = None, name: str = "run") -> dict[str, Any]:
        """Start an execution and wait for its end."""
        states = self("stepfunctions")
        arn = states.start_execution(stateMachineArn=machine, name=name, input=json.dumps(given or {}))["executionArn"]
        return wait_for(lambda: (found := states.describe_execution(executionArn=arn))["status"] != "RUNNING" and found)


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str | list[str], resource: str | list[str], **rest: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **rest}


def deny(action: str | list[str], resource: str | list[str], **rest: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **rest}


def wait_for(probe: Callable[[], T], seconds: float = 30.0) -> T:
    """The first true answer of `probe`, asked every 20 ms."""
    end = time.monotonic() + seconds
    while not (answer := probe()):
        if time.monotonic() > end:
            raise TimeoutError(f"nothing within {seconds} s; the last answer was {answer!r}")
        time.sleep(0.02)
    return answer
