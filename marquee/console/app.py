"""The ASGI application: files of the page, and the three things that it asks of this machine and not of the platform."""

import mimetypes
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel, Field

from marquee.console.shelf import NoSuchPictureError, Shelf
from marquee.console.uploads import receive, state_of
from marquee.console.viewers import Right, Viewers
from marquee.errors import MarqueeError
from marquee.ingest import Target

_SHAKA: Final = Path("node_modules") / "shaka-player" / "dist" / "shaka-player.compiled.js"
_PAGE: Final = frozenset({".html", ".css", ".js"})


class Progress(Protocol):
    """How far an encode is."""

    @property
    def outputs(self) -> Mapping[str, float]:
        """Rendition → percent."""
        ...


@dataclass(frozen=True, kw_only=True)
class Console:
    """What the page is served from."""

    target: Target
    """The region that uploads go to."""
    player: Path
    """Folder of the page, with its `node_modules`."""
    progress: Callable[[str], Progress | None]
    """Title id → how far its encode is; None while there is none."""
    channels: Mapping[str, Target] = field(default_factory=dict[str, Target])
    """Live channel → its region."""


class SignIn(BaseModel):
    """Who the viewer wants to be."""

    quality: Right = Field(description="What the viewer is entitled to.")


def application(console: Console) -> FastAPI:
    """Answers hosts whose first label is `player`, and leads others there. Raises MarqueeError if the player is not installed."""
    if not (console.player / _SHAKA).is_file():
        raise MarqueeError("the player is not installed", fix="run `make up` once, or `npm ci` in runtime/player")
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.middleware("http")(_guard)
    app.exception_handler(MarqueeError)(_explain)
    app.include_router(_asked(console))
    app.include_router(_page(console.player))
    return app


async def _guard(request: Request, forward: Callable[[Request], Awaitable[Response]]) -> Response:
    """Other sites' pages may not ask for anything here, and the API lets the player's own name in alone."""
    host = request.headers.get("host", "")
    if not host.startswith("player."):
        return RedirectResponse(f"http://player.{host}/")
    if request.headers.get("origin", f"http://{host}") != f"http://{host}":
        return _problem(403, "other_origin", "another site's page asks")
    answer = await forward(request)
    answer.headers["cache-control"] = "no-store"
    return answer


def _asked(console: Console) -> APIRouter:
    router, shelf, viewers = APIRouter(prefix="/console"), Shelf(console.target, console.channels), Viewers(console.target)

    @router.get("/titles")
    def titles() -> list[dict[str, Any]]:
        return shelf.contents()

    @router.get("/titles/{title}/pictures/{name}")
    def picture(title: str, name: str) -> Response:
        try:
            return Response(shelf.picture(title, name), media_type="text/vtt" if name.endswith(".vtt") else "image/jpeg")
        except NoSuchPictureError:
            return _problem(404, "unknown_picture", "the title has no such picture")

    @router.post("/session")
    def session(wanted: SignIn) -> dict[str, str]:
        return {"token": viewers.sign_in(wanted.quality)}

    @router.post("/uploads", status_code=201)
    async def upload(request: Request, name: str, title: str = "") -> dict[str, str]:
        done = await receive(console.target, request.stream(), name, title or None)
        return {"title": done.title_id, "version": done.version_id}

    @router.get("/uploads/{title}")
    def uploaded(title: str, version: str) -> dict[str, Any]:
        found = console.progress(title)
        return state_of(console.target, title, version, found.outputs if found else {})

    _ = titles, picture, session, upload, uploaded  # the router has them
    return router


def _page(folder: Path) -> APIRouter:
    router = APIRouter()

    @router.get("/vendor/shaka-player.js")
    def shaka() -> Response:
        return FileResponse(folder / _SHAKA, media_type="text/javascript")

    @router.get("/{name}")
    @router.get("/")
    def file(name: str = "index.html") -> Response:
        path = folder / name
        if path.suffix not in _PAGE or not path.is_file():  # the route takes no slash, so that it stays in the folder
            return _problem(404, "unknown_file", "the page has no such file")
        return FileResponse(path, media_type=mimetypes.guess_type(name)[0])

    _ = shaka, file
    return router


def _explain(_request: Request, error: Exception) -> Response:
    fix = error.fix if isinstance(error, MarqueeError) else None
    return _problem(400, "failed", f"{error}; {fix}" if fix else str(error))


def _problem(status: int, code: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status)
