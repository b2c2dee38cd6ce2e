"""The untyped libraries behind the emulator, each name stated once as `Any`: pyright is strict everywhere else."""
# pyright: basic

import functools
import importlib
from typing import Any

from boto3.session import Session
from botocore import serialize
from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.session import get_session

session: Any = Session
config: Any = Config
prepared_request: Any = AWSPreparedRequest
http_headers: Any = HTTPHeaders


def module(name: str) -> Any:
    """A module of MiniStack or moto, imported when asked for: MiniStack reads the environment then, and moto takes 0.4 s."""
    return importlib.import_module(name)


@functools.cache
def botocore_session() -> Any:
    """One session, whose loader keeps the service models it has read."""
    return get_session()


def create_serializer(protocol: str, *, include_validation: bool) -> Any:
    """botocore's serialiser: an operation's parameters to the request that carries them."""
    return serialize.create_serializer(protocol, include_validation)
