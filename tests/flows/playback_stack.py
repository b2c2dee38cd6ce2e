"""Playback authorisation, deployed alone in two regions of the emulated AWS, and a viewer of it."""

import functools
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.credentials import Credentials

from marquee.domain import key_index
from marquee.domain.content_keys import LABELS, Content, key_id
from marquee.domain.key_index import Entry
from marquee.domain.revocations import STATE_KEY, State, read_state
from marquee.domain.tokens import pseudonym
from marquee.emulator import Emulator
from marquee.emulator.backend import EmulatorBackend
from marquee.emulator.clients import SECRET_KEY
from marquee.emulator.visits import Answer
from runtime.playback.key_value_store import KeyValueStore
from tests import playback_program
from tests.flows.world import World, wait_for
from tests.playback_program import ACCOUNT, AWAY, HOME, PREFIX

PASSWORD = "Correct-horse-9!"
VERSION = "9" * 16
PLAYING = {"hls": "index.m3u8", "dash": "index.mpd", "thumbnails": "thumbnails.vtt"}


@dataclass
class Stack:
    """The deployed stack."""

    aws: World
    outputs: Mapping[str, Any]
    tokens: dict[str, str] = field(default_factory=dict[str, str])

    def viewer(self, name: str) -> str:
        """A JWT of a viewer, made and signed in the first time."""
        if name not in self.tokens:
            pools, pool = self.aws("cognito-idp"), self.outputs["pool"]
            pools.admin_create_user(UserPoolId=pool, Username=f"{name}@example.org", MessageAction="SUPPRESS")
            pools.admin_set_user_password(UserPoolId=pool, Username=f"{name}@example.org", Password=PASSWORD, Permanent=True)
            given = {"USERNAME": f"{name}@example.org", "PASSWORD": PASSWORD}
            flow = "ADMIN_USER_PASSWORD_AUTH"
            signed = pools.admin_initiate_auth(UserPoolId=pool, ClientId=self.outputs["client"], AuthFlow=flow, AuthParameters=given)
            self.tokens[name] = signed["AuthenticationResult"]["AccessToken"]
        return self.tokens[name]

    def user(self, name: str) -> str:
        """Pseudonym of a viewer."""
        found = self.aws("cognito-idp").admin_get_user(UserPoolId=self.outputs["pool"], Username=f"{name}@example.org")
        return pseudonym(next(each["Value"] for each in found["UserAttributes"] if each["Name"] == "sub"))

    def entitle(self, name: str, content: str = "*", quality: str = "HD", **more: dict[str, str]) -> None:
        self.viewer(name)
        item = {"userId": {"S": self.user(name)}, "contentId": {"S": content}, "quality": {"S": quality}, **more}
        self.aws("dynamodb").put_item(TableName=f"{PREFIX}-entitlements", Item=item)

    def publish(self, title: str, version: str = VERSION, status: str = "published") -> None:
        names = {name: {"S": file} for name, file in PLAYING.items()}
        playback = {"M": {**names, "captions": {"L": [{"S": "en"}]}}}
        item = {"contentId": {"S": title}, "status": {"S": status}, "version": {"S": version}, "playback": playback}
        self.aws("dynamodb").put_item(TableName=f"{PREFIX}-catalogue", Item=item)
        for label in LABELS:
            content = Content(title, version)
            self.aws("dynamodb").put_item(
                TableName=f"{PREFIX}-content-keys", Item=key_index.item(key_id(content, label), Entry(content, label))
            )

    def call(
        self, method: str, path: str, token: str, body: object = None, *, region: str = HOME, headers: Mapping[str, str] | None = None
    ) -> Answer:
        sent = {"authorization": f"Bearer {token}", "content-type": "application/json", **(headers or {})}
        data = b"" if body is None else json.dumps(body).encode()
        return self.aws.emulator.visit(method, f"https://{self.outputs[region]['target']}{path}", headers=sent, body=data)

    def play(self, name: str, title: str, *, region: str = HOME, headers: Mapping[str, str] | None = None, **more: object) -> Answer:
        body = {"contentId": title, "device": {"id": f"{name}-device", "type": "browser"}, **more}
        return self.call("POST", "/playback", self.viewer(name), body, region=region, headers=headers)

    def started(self, name: str, title: str, **more: Any) -> dict[str, Any]:
        answer = self.play(name, title, **more)
        assert answer.status == 200, answer.body
        return json.loads(answer.body)

    def beacon(self, licence: str, region: str = HOME) -> int:
        body = {"events": [{"type": "startup", "at": 1, "milliseconds": 2}]}
        return self.call("POST", "/beacon", licence, body, region=region).status

    @property
    def store(self) -> KeyValueStore:
        """The edge's store, as the account's root user; botocore's client wants a package for its signature that nothing else does."""
        credentials = Credentials(ACCOUNT, SECRET_KEY)
        emulator = self.aws.emulator
        return KeyValueStore(arn=self.outputs["store"], credentials=credentials, endpoint=emulator.endpoint, ca_bundle=emulator.ca_bundle)

    def state(self) -> State:
        return read_state(self.store.get(STATE_KEY))

    def rotate(self, secret: str = "token-keys") -> None:  # noqa: S107 a name
        """A rotation, to its end."""
        secrets = self.aws("secretsmanager")
        version = secrets.rotate_secret(SecretId=f"{PREFIX}-{secret}", ClientRequestToken=str(uuid.uuid4()))["VersionId"]
        wait_for(
            lambda: "AWSCURRENT" in secrets.describe_secret(SecretId=f"{PREFIX}-{secret}")["VersionIdsToStages"].get(version, []),
            seconds=30,
        )

    def forget(self) -> None:
        """The functions start anew: they keep keys for half a minute, which no test waits for."""
        for region in (HOME, AWAY):
            for workload in ("playback", "authorise"):
                functions = self.aws("lambda", region)
                name = f"{PREFIX}-{workload}"
                variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
                changed = {"Variables": variables | {"RUN": str(uuid.uuid4())}}
                functions.update_function_configuration(FunctionName=name, Environment=changed)

    def invoke(self, workload: str, event: object) -> Any:
        answer = self.aws("lambda").invoke(FunctionName=f"{PREFIX}-{workload}", Payload=json.dumps(event).encode())
        payload = json.loads(answer["Payload"].read())
        return {"error": payload} if answer.get("FunctionError") else payload


@functools.cache
def deployed(emulator: Emulator) -> Stack:
    """The stack, once its first keys are made; one for all tests of a process, each with viewers and titles of its own."""
    graph = playback_program.made(EmulatorBackend(emulator), preview=False)
    stack = Stack(World(emulator, ACCOUNT), dict(graph.outputs))
    wait_for(lambda: stack.state().keys, seconds=30)
    wait_for(lambda: _value(stack.aws, HOME) == _value(stack.aws, AWAY) != "", seconds=30)
    return stack


def _value(aws: World, region: str) -> str:
    secrets = aws("secretsmanager", region)
    try:
        return str(secrets.get_secret_value(SecretId=f"{PREFIX}-token-keys")["SecretString"])
    except secrets.exceptions.ResourceNotFoundException:
        return ""
