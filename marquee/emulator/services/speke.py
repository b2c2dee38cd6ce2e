"""An encryptor's side of SPEKE v2: asks the key provider for content keys, signed with the permissions of the job's role."""

import http.client
import os
import ssl
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from marquee.domain.content_keys import Content
from marquee.domain.cpix.model import SPEKE_VERSION, CpixError
from marquee.domain.cpix.reading import parse
from marquee.domain.cpix.speke import keys_by_label, request
from marquee.domain.cpix.writing import build
from marquee.domain.ladder.drm import KeyLabel
from marquee.domain.ladder.packager import ContentKey
from marquee.emulator import upstream
from marquee.emulator.media.errors import Code, JobError
from marquee.emulator.media.work import Keys
from marquee.emulator.services.service_roles import ServiceSession

_SECONDS: Final = 60


def ask(session: ServiceSession, keys: Keys, labels: Sequence[KeyLabel]) -> dict[KeyLabel, ContentKey]:
    """The keys of `labels` from the provider at `keys.url`. Raises JobError 1091 with the provider's status, and never with a key.

    Whatever the URL's host, the connection goes to the emulator: nothing here reaches another machine.
    """
    try:
        asked = request(Content.of(keys.resource_id), labels, keys.protection)
    except ValueError as error:
        raise JobError(Code.SETTINGS, f"SpekeKeyProvider: {error}") from error
    status, body = _post(session, keys.url, build(asked))
    if status != 200:
        raise JobError(Code.ENCRYPTION, f"The key provider answered {status}; may the role invoke it?")
    try:
        return keys_by_label(asked, parse(body))
    except CpixError as error:
        raise JobError(Code.ENCRYPTION, f"The key provider's answer cannot be used: {error}") from error


def _post(session: ServiceSession, url: str, document: bytes) -> tuple[int, bytes]:
    headers = {"Content-Type": "application/xml", "X-Speke-Version": SPEKE_VERSION, "Host": urlsplit(url).netloc}
    signed: Any = upstream.module("botocore.awsrequest").AWSRequest(method="POST", url=url, data=document, headers=headers)
    credentials = upstream.module("botocore.credentials").Credentials(
        session.credentials["access_key"], session.credentials["secret_key"], session.credentials["session_token"]
    )
    upstream.module("botocore.auth").SigV4Auth(credentials, "execute-api", session.region).add_auth(signed)
    door, target = urlsplit(os.environ["AWS_ENDPOINT_URL"]), urlsplit(url)
    context = ssl.create_default_context(cafile=os.environ["AWS_CA_BUNDLE"])
    connection = http.client.HTTPSConnection("127.0.0.1", door.port, timeout=_SECONDS, context=context)
    try:
        connection.request("POST", target.path + (f"?{target.query}" if target.query else ""), body=document, headers=dict(signed.headers))
        answer = connection.getresponse()
        return answer.status, answer.read()
    except OSError as error:
        raise JobError(Code.ENCRYPTION, "The key provider cannot be reached") from error
    finally:
        connection.close()
