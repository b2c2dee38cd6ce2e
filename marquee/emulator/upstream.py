"""The untyped libraries behind the emulator, each name stated once as `Any`: pyright is strict everywhere else."""
# pyright: basic

import importlib
from typing import Any

from boto3.session import Session
from botocore.awsrequest import AWSPreparedRequest
from botocore.compat import HTTPHeaders
from botocore.config import Config

session: Any = Session
config: Any = Config
prepared_request: Any = AWSPreparedRequest
http_headers: Any = HTTPHeaders


def module(name: str) -> Any:
    """A module of MiniStack or moto, imported when asked for: MiniStack reads the environment then, and moto takes 0.4 s."""
    return importlib.import_module(name)
