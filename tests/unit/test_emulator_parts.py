"""The emulator's pure parts."""

import ssl
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from marquee.emulator.certificates import SERVER_NAMES, Authority
from marquee.emulator.clients import Clients, environment, require_loopback
from marquee.emulator.hosts import MINISTACK, MOTO, Host, host_of
from marquee.emulator.recorder import Call, Verdict, refused
from marquee.emulator.services.state_machines import operation_of
from marquee.emulator.services.wire import Operation, serialise
from marquee.emulator.signature import signature_of
from marquee.errors import MarqueeError

NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)


@given(key=st.from_regex(r"[A-Z0-9]{12,20}", fullmatch=True), region=NAMES, service=NAMES, presigned=st.booleans())
def test_a_signature_tells_caller_region_and_service(key: str, region: str, service: str, presigned: bool) -> None:
    scope = f"{key}/20261123/{region}/{service}/aws4_request"
    header = {"authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=00"}
    query = f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={scope.replace('/', '%2F')}&X-Amz-Date=x"
    found = signature_of({}, query) if presigned else signature_of(header, "")
    assert found is not None
    assert (found.access_key, found.region, found.service) == (key, region, service)
    assert found.account == (key if key.isdigit() and len(key) == 12 else "")


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer x"}, {"authorization": "AWS4-HMAC-SHA256 Credential=broken"}])
def test_what_is_not_signed_has_no_signature(headers: dict[str, str]) -> None:
    assert signature_of(headers, "list-type=2") is None


def test_a_service_lives_in_one_place() -> None:
    assert MINISTACK.isdisjoint(MOTO)
    assert host_of("s3") is Host.MINISTACK
    assert host_of("ecr") is Host.MOTO
    with pytest.raises(MarqueeError, match="'gamelift'"):
        host_of("gamelift")


@pytest.mark.parametrize("endpoint", ["https://s3.eu-west-1.amazonaws.com", "http://192.168.1.1:4566", "https://127.0.0.1.example.com", ""])
def test_clients_reach_the_loopback_only(endpoint: str) -> None:
    with pytest.raises(MarqueeError, match="loopback"):
        require_loopback(endpoint)
    with pytest.raises(MarqueeError, match="loopback"):
        environment(endpoint, "ca.pem", "111122223333", "eu-west-1")
    with pytest.raises(MarqueeError, match="loopback"):
        Clients(endpoint=endpoint, ca_bundle="ca.pem").client("s3", region="eu-west-1", account="111122223333")


def test_a_subprocess_gets_no_profile_and_no_metadata() -> None:
    found = environment("https://127.0.0.1:1", "ca.pem", "111122223333", "eu-west-1")
    assert found["AWS_ACCESS_KEY_ID"] == "111122223333"
    assert found["AWS_EC2_METADATA_DISABLED"] == "true"
    assert {found["AWS_CONFIG_FILE"], found["AWS_SHARED_CREDENTIALS_FILE"]} == {"/dev/null"}


def test_the_certificate_is_for_the_loopback_and_its_key_for_the_owner(tmp_path: Path) -> None:
    server = Authority(tmp_path).certify(*SERVER_NAMES)
    assert server.stat().st_mode & 0o077 == 0
    authority = x509.load_pem_x509_certificate((tmp_path / "ca.pem").read_bytes())
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert b"PRIVATE" not in (tmp_path / "ca.pem").read_bytes()
    receiver = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    receiver.load_cert_chain(server)
    context = ssl.create_default_context(cafile=str(tmp_path / "ca.pem"))
    incoming, outgoing, answer = ssl.MemoryBIO(), ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname="127.0.0.1")
    peer = receiver.wrap_bio(outgoing, answer, server_side=True)
    for _ in range(4):
        for side in (client, peer):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                incoming.write(answer.read())
    assert client.version() == "TLSv1.3"


def call(verdict: Verdict) -> Call:
    principal = "arn:aws:sts::111122223333:assumed-role/probe/probe-function"
    return Call(principal=principal, action="s3:GetObject", resource="*", region="eu-west-1", verdict=verdict)


def test_refused_calls_are_all_that_were_not_allowed() -> None:
    calls = [call(verdict) for verdict in Verdict]
    assert refused(calls) == [call(Verdict.DENIED), call(Verdict.UNJUDGED)]
    assert calls[0].role == "probe"


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("arn:aws:states:::lambda:invoke", ("lambda", "Invoke")),
        ("arn:aws:states:::lambda:invoke.waitForTaskToken", ("lambda", "Invoke")),
        ("arn:aws:lambda:eu-west-1:111122223333:function:f", ("lambda", "Invoke")),
        ("arn:aws:states:::states:startExecution.sync:2", ("stepfunctions", "StartExecution")),
        ("arn:aws:states:::dynamodb:putItem", ("dynamodb", "PutItem")),
        ("arn:aws:states:::events:putEvents", ("events", "PutEvents")),
        ("arn:aws:states:::aws-sdk:s3:copyObject", ("s3", "CopyObject")),
        ("arn:aws:states:::aws-sdk:sfn:startExecution", ("stepfunctions", "StartExecution")),
        ("arn:aws:states:::aws-sdk:eventbridge:putEvents", ("events", "PutEvents")),
        ("arn:aws:states:::mediaconvert:createJob.sync", ("mediaconvert", "CreateJob")),
    ],
)
def test_a_task_s_call(resource: str, expected: tuple[str, str]) -> None:
    found = operation_of(resource, {"A": 1})
    assert found is not None
    assert (found.service, found.name) == expected


def test_an_activity_calls_nobody() -> None:
    assert operation_of("arn:aws:states:eu-west-1:111122223333:activity:a", {}) is None


@pytest.mark.parametrize(
    ("service", "name", "parameters", "method", "path"),
    [
        ("s3", "GetObject", {"Bucket": "b", "Key": "films/a b.mp4"}, "GET", "/b/films/a b.mp4"),
        ("lambda", "Invoke", {"FunctionName": "f", "Payload": {"a": 1}}, "POST", "/2015-03-31/functions/f/invocations"),
        ("dynamodb", "PutItem", {"TableName": "t"}, "POST", "/"),
    ],
)
def test_an_operation_as_its_service_gets_it(service: str, name: str, parameters: dict[str, Any], method: str, path: str) -> None:
    wire = serialise(Operation(service=service, name=name, parameters=parameters))
    assert (wire.method, wire.path) == (method, path)


def test_parameters_take_the_model_s_spelling_and_unknown_ones_are_left_out() -> None:
    given_in_asl = {"StateMachineArn": "arn", "Input": {"a": 1}, "Nonsense": 1}
    wire = serialise(Operation(service="stepfunctions", name="StartExecution", parameters=given_in_asl))
    assert wire.body == b'{"stateMachineArn": "arn", "input": "{\\"a\\": 1}"}'
