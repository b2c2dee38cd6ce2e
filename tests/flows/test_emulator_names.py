"""What a function reaches beside AWS: the platform's media name, encrypted and under a certificate for it, while an edge serves it."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from marquee.emulator.services.edges import EDGE_PATH
from tests.flows.world import World

NAME = "media.names.example.org"
FETCH = """
import urllib.request

def handler(event, context):
    try:
        with urllib.request.urlopen(urllib.request.Request(event, headers={"Cookie": "a=b"}), timeout=5) as answer:
            return [answer.status, answer.read().decode()]
    except OSError as error:
        return str(error)
"""


class Handler(BaseHTTPRequestHandler):
    """Stands for an edge: tells what it was asked."""

    def do_GET(self) -> None:
        """Host, path and cookie."""
        body = f"{self.headers['host']} {self.path} {self.headers['cookie']}".encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def edge(aws: World) -> Iterator[None]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        tell(aws, NAME, server.server_port)
        yield
        tell(aws, NAME, None)
        server.shutdown()
        thread.join()


def tell(aws: World, name: str, port: int | None) -> int:
    body = json.dumps({"name": name, "port": port}).encode()
    return aws.emulator.visit("POST", aws.emulator.endpoint + EDGE_PATH, body=body).status


def test_a_function_reaches_the_edge_under_its_name_and_nothing_else(aws: World, edge: None) -> None:
    aws.function("fetch", FETCH)
    assert aws.invoke("fetch", f"https://{NAME}/t/a%2Fb?c=d") == [200, f"{NAME} /t/a%2Fb?c=d a=b"]
    for elsewhere in ("https://api.names.example.org/", f"http://{NAME}/", f"https://{NAME}:8443/", "https://media.other.example.org/"):
        assert "only talks to this machine" in aws.invoke("fetch", elsewhere)
    tell(aws, NAME, None)
    assert "only talks to this machine" in aws.invoke("fetch", f"https://{NAME}/")


def test_a_distribution_s_name_that_nobody_serves_does_not_resolve(aws: World) -> None:
    config = {
        "CallerReference": "names",
        "Comment": "",
        "Enabled": True,
        "Aliases": {"Quantity": 1, "Items": ["media.idle.example.org"]},
        "Origins": {
            "Quantity": 1,
            "Items": [{"Id": "o", "DomainName": "o.s3.eu-west-1.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}],
        },
        "DefaultCacheBehavior": {
            "TargetOriginId": "o", "ViewerProtocolPolicy": "https-only", "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
        },
    }  # fmt: skip
    aws("cloudfront", "us-east-1").create_distribution(DistributionConfig=config)
    aws.function("fetch", FETCH)
    assert "no edge serves media.idle.example.org" in aws.invoke("fetch", "https://media.idle.example.org/")


@pytest.mark.parametrize("name", ["api.example.org", "media", "media.example.org/..", "media..org", "127.0.0.1", "media.*"])
def test_no_other_name_can_be_served(aws: World, name: str) -> None:
    assert tell(aws, name, 1) == 400
