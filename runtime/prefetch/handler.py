"""Entry point: a `TitlePublished` event.

Every request of a miss goes through the origin's shield, so that one function in one place warms what all locations fetch from.
"""

import socket
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import urllib3
from aws_lambda_powertools import Logger

from marquee.domain import packaging, signing_keys
from runtime.prefetch.access import Access, grant
from runtime.prefetch.agents import AGENTS
from runtime.prefetch.environment import Environment
from runtime.prefetch.playlists import Piece, first_pieces, media_playlists

_WORKERS = 8
_NO_SUCH_NAME = (socket.EAI_NONAME, socket.EAI_NODATA)
_TIMEOUT = urllib3.Timeout(connect=3, read=20)  # seconds

logger = Logger()
environment = Environment.read()
secrets = boto3.client("secretsmanager")
http = urllib3.PoolManager(maxsize=_WORKERS, retries=urllib3.Retry(total=2, backoff_factor=0.5, status_forcelist=(500, 502, 503, 504)))


class PrefetchError(Exception):
    """Something that was published cannot be fetched through the edge. Lambda tries the event again."""


@logger.inject_lambda_context
def handler(event: Mapping[str, Any], context: Any) -> dict[str, int]:  # noqa: ARG001 the signature is Lambda's
    """`{"manifests", "pieces", "bytes"}` that were fetched. Raises PrefetchError for what was not."""
    detail = event["detail"]
    playback = detail["playback"]
    if not _resolves(environment.media_host):
        logger.warning("no edge: its name does not resolve", extra={"title": detail["titleId"], "host": environment.media_host})
        return {"manifests": 0, "pieces": 0, "bytes": 0}
    asset = packaging.asset_of(playback["hls"])
    access = grant(
        environment.media_host,
        detail["titleId"],
        detail["version"],
        token_key=_current(environment.token_keys),
        cookie_key=_current(environment.cookie_keys),
        now=time.time(),
        asset=asset.text if asset else None,
    )
    manifests = [access.base + name for name in (playback["hls"], playback["dash"], playback.get("thumbnails")) if name]
    lists = media_playlists(_fetch(access, Piece(manifests[0]), AGENTS[0]).decode(), manifests[0], access.base)
    texts = {url: _fetch(access, Piece(url), AGENTS[0]).decode() for url in lists}
    pieces = [piece for url, text in texts.items() for piece in first_pieces(text, url, access.base, environment.segments)]
    for_each_device = [(Piece(url), agent) for url in (*manifests, *lists) for agent in AGENTS]
    fetched = _fetch_all(access, [*for_each_device, *((piece, AGENTS[0]) for piece in dict.fromkeys(pieces))])
    counts = {"manifests": len(manifests) + len(lists), "pieces": len(set(pieces)), "bytes": fetched}
    logger.info("prefetched", extra={"title": detail["titleId"], **counts})
    return counts


def _resolves(host: str) -> bool:
    """Whether there is an edge to warm. A zone that is not delegated yet leads viewers nowhere either, and trying again would not help.

    A name server that does not answer is something else: it raises, and Lambda tries the event again.
    """
    try:
        socket.getaddrinfo(host, 443)
    except socket.gaierror as error:
        if error.errno in _NO_SUCH_NAME:
            return False
        raise PrefetchError(f"{host}: {error.strerror}") from None
    return True


def _fetch_all(access: Access, wanted: Iterable[tuple[Piece, str]]) -> int:
    """Bytes that arrived."""
    with ThreadPoolExecutor(max_workers=_WORKERS) as pool:
        return sum(pool.map(lambda item: len(_fetch(access, *item)), wanted))


def _fetch(access: Access, piece: Piece, agent: str) -> bytes:
    headers = {"cookie": access.cookie, "user-agent": agent, "accept-encoding": "br, gzip"}
    if piece.range is not None:
        headers["range"] = piece.range
    try:
        answer = http.request("GET", piece.url, headers=headers, timeout=_TIMEOUT, redirect=False)
    except urllib3.exceptions.HTTPError as error:
        raise PrefetchError(f"{_shown(access, piece)}: {type(error).__name__}") from None  # its text holds the token
    if answer.status not in (200, 206):
        raise PrefetchError(f"{_shown(access, piece)}: {answer.status}")
    return answer.data


def _shown(access: Access, piece: Piece) -> str:
    """The address without the token, for logs."""
    return piece.url.removeprefix(access.base)


def _current(secret: str) -> signing_keys.SigningKey:
    text = secrets.get_secret_value(SecretId=secret)["SecretString"]
    return signing_keys.current(signing_keys.load(text), time.time())
