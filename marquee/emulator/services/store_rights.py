"""The resource of a call to a CloudFront key-value store: MiniStack judges all such calls as calls to `*`, which no exact statement allows.

Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon CloudFront KeyValueStore".
"""

import re
from typing import Any
from urllib.parse import unquote

from marquee.emulator.upstream import module

_STORE = re.compile(r"/key-value-stores/(arn:[^/]+/[A-Za-z0-9_-]+)(?:/.*)?")


def install() -> None:
    """Add the service to MiniStack's derivation. Once; callers look the function up by its name at each request."""
    actions = module("ministack.core.iam_actions")
    derive = actions.extract_resource_arn

    def extract_resource_arn(service: str, method: str, path: str, *rest: Any, **named: Any) -> str:
        found = _STORE.fullmatch(unquote(path)) if service == "cloudfront-keyvaluestore" else None
        return found[1] if found else derive(service, method, path, *rest, **named)

    actions.extract_resource_arn = extract_resource_arn
