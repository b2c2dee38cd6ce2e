"""Content keys from the key provider, by SPEKE v2: a CPIX document posted with the job role's signature."""

import http.client
import os
import random
import ssl
import time
from typing import Any, Final
from urllib.parse import urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from marquee.domain.content_keys import Content
from marquee.domain.cpix import speke
from marquee.domain.cpix.model import CpixError
from marquee.domain.cpix.reading import parse
from marquee.domain.cpix.writing import build
from marquee.domain.ladder.drm import KeyLabel
from marquee.domain.ladder.job import EncodeJob
from marquee.domain.ladder.packager import ContentKey, labels
from runtime.encode.tools import InfrastructureError

_ATTEMPTS: Final = 5
_TIMEOUT: Final = 30  # seconds
_LARGEST: Final = 1024 * 1024  # bytes of an answer


def content_keys(job: EncodeJob, session: Any) -> dict[KeyLabel, ContentKey]:
    """A key for each label of the job's streams; none if they are not protected. `session`: a boto3 session.

    InfrastructureError if the provider refuses or stays silent. Keys are never part of a message.
    """
    if job.protection is None or job.speke_url is None:
        return {}
    asked = speke.request(Content(job.title_id, job.version), labels(job.plan()), job.protection)
    body = build(asked)
    for attempt in range(_ATTEMPTS):
        status, answer = _post(job.speke_url, body, session)
        if status == 200:
            try:
                return speke.keys_by_label(asked, parse(answer))
            except CpixError as error:
                raise InfrastructureError(f"the key provider's answer: {error}") from error
        if status not in (0, 429) and status < 500:
            raise InfrastructureError(f"the key provider refused with {status}: is the job's role allowed to call it?")
        time.sleep(random.uniform(0, 2**attempt))  # noqa: S311 jitter, no secret
    raise InfrastructureError(f"the key provider did not answer: {status or 'no connection'}")  # pyright: ignore[reportPossiblyUnboundVariable]


def _post(url: str, body: bytes, session: Any) -> tuple[int, bytes]:
    """Status and body; status 0 if there was no answer."""
    request = AWSRequest("POST", url, data=body, headers={"Content-Type": "application/xml", "X-Speke-Version": "2.0"})
    SigV4Auth(session.get_credentials().get_frozen_credentials(), "execute-api", session.region_name).add_auth(request)
    parts = urlsplit(url)
    # As SDKs have it: another endpoint for one service, while the request stays addressed to the first.
    endpoint = urlsplit(os.environ.get("AWS_ENDPOINT_URL_EXECUTE_API") or f"https://{parts.netloc}")
    connection = http.client.HTTPSConnection(
        endpoint.hostname or "", endpoint.port, timeout=_TIMEOUT, context=ssl.create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE"))
    )
    try:
        connection.request("POST", parts.path or "/", body, {"Host": parts.netloc} | dict(request.headers.items()))
        answer = connection.getresponse()
        return answer.status, answer.read(_LARGEST)
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()
