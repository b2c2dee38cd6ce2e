"""`dev` deployed for flows at the edge: a viewer who may watch all, and a title that lies there already."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from marquee.domain import titles
from marquee.domain.attributes import attribute
from marquee.emulator import Emulator
from marquee.emulator.backend import EmulatorBackend
from marquee.emulator.edge.server import EdgeServer
from marquee.engine import run
from marquee.ingest import Target
from marquee.settings import Settings, load, stack_file
from marquee.viewing import Entitlements, sign_in
from tests.flows.world import World

ROOT = Path(__file__).resolve().parents[2]
REGION = "eu-west-1"


@dataclass(frozen=True)
class EdgeStack:
    """The stack, before an edge serves it."""

    world: World
    target: Target
    settings: Settings
    jwt: str
    """The viewer's."""

    def edge(self) -> EdgeServer:
        """An edge of its own."""
        account, domain = self.settings.accounts.workload, self.settings.identity.domain
        return EdgeServer(self.world.emulator, account=account, domain=domain, regions=[REGION])

    def lay(self, title: str, version: str, files: Iterable[str], body: bytes) -> None:
        """A published title whose files all hold `body`."""
        prefix = titles.rendition_prefix(title, version)
        for name in files:
            self.world("s3").put_object(Bucket=self.target.names.bucket("renditions", REGION), Key=prefix + name, Body=body)
        playback = {"prefix": prefix, "hls": titles.HLS_MANIFEST, "dash": "index.mpd", "thumbnails": titles.THUMBNAILS, "captions": []}
        self.record(title, version, playback)

    def record(self, title: str, version: str, playback: Mapping[str, Any]) -> None:
        """The catalogue's word that it plays."""
        item = {"contentId": title, "status": "published", "version": version, "playback": playback}
        self.world("dynamodb").put_item(TableName=self.target.names.table("catalogue"), Item=attribute(item)["M"])


def deployed(emulator: Emulator, account: str, **changes: Mapping[str, Any]) -> EdgeStack:
    """`dev` without live channels; `changes`: section → settings that differ."""
    raw: dict[str, Any] = dict(stack_file.read(stack_file.path_of("dev", ROOT), "dev").platform)
    raw.pop("live", None)
    for section, settings in {"accounts": {"workload": account}, **changes}.items():
        raw[section] = {**raw.get(section, {}), **settings}
    run(ROOT, stack="dev", backend=EmulatorBackend(emulator), preview=False, config={"platform": raw})
    settings = load(raw, "dev")
    target = Target.of_emulator(emulator, settings)
    viewer = sign_in(target, "ann")
    Entitlements(target).grant(viewer.user, "*", "UHD")
    return EdgeStack(World(emulator, account), target, settings, viewer.token)


def ask(edge: EdgeServer, method: str, label: str, path: str, *, address: str | None = None, **options: Any) -> httpx.Response:
    """One request through the edge. `address`: of the loopback, where it comes from."""
    port = edge.door.port
    headers = {"host": f"{label}.marquee.localhost:{port}", **options.pop("headers", {})}
    with httpx.Client(transport=httpx.HTTPTransport(local_address=address), trust_env=False, timeout=60) as client:
        if options.pop("nameless", False):
            del client.headers["user-agent"]
        return client.request(method, f"http://127.0.0.1:{port}{path}", headers=headers, **options)


def playback(edge: EdgeServer, jwt: str, title: str) -> httpx.Response:
    """What a viewer's session begins with."""
    body = {"contentId": title, "device": {"id": "test", "type": "browser"}}
    return ask(edge, "POST", "api", "/playback", headers={"authorization": f"Bearer {jwt}"}, json=body)


def cookies_of(answer: httpx.Response) -> dict[str, str]:
    """The session's, by name."""
    assert answer.status_code == 200, answer.text
    return dict(one.partition(";")[0].split("=", 1) for one in answer.headers.get_list("set-cookie"))


def as_header(cookies: Mapping[str, str]) -> str:
    """`cookie`."""
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
