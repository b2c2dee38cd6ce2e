"""HTTP APIs on the emulator: which names they answer to, and that functions decide who invokes them."""

import pytest

from tests.flows.pieces import http_api
from tests.flows.world import World

pytestmark = pytest.mark.slow

ANSWER = "def handler(event, context):\n    return {'statusCode': 200, 'body': event['requestContext']['http']['path']}\n"


def test_a_function_answers_the_api_that_its_policy_names(aws: World) -> None:
    function = aws.function("answer", ANSWER)
    api, regional = http_api(aws, function)
    address = f"https://{api}.execute-api.{aws.region}.amazonaws.com/"
    assert aws.emulator.visit("GET", address).status == 500
    permission = {"StatementId": "api", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"}
    aws("lambda").add_permission(FunctionName=function, **permission, SourceArn=aws.arn("execute-api", f"{api}/$default/GET/"))
    names = (address, f"https://{regional}/", f"https://api.{aws.account}.example.org/")
    answers = [aws.emulator.visit("GET", name) for name in names]
    assert [(answer.status, answer.body) for answer in answers] == [(200, b"/")] * 3
    assert aws.emulator.visit("GET", f"https://{regional}/other").status == 404
    assert [call.action for call in aws.calls() if call.principal == "apigateway.amazonaws.com"].count("lambda:InvokeFunction") == 4


def test_an_address_that_is_off_does_not_answer(aws: World) -> None:
    function = aws.function("answer", ANSWER)
    api, regional = http_api(aws, function, DisableExecuteApiEndpoint=True)
    aws("lambda").add_permission(
        FunctionName=function, StatementId="api", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com"
    )
    assert aws.emulator.visit("GET", f"https://{api}.execute-api.{aws.region}.amazonaws.com/").status == 404
    assert aws.emulator.visit("GET", f"https://{regional}/").status == 200


def test_a_signature_of_aws_s_opens_nothing_behind_an_api(aws: World) -> None:
    """A viewer may send any header, and the edge hands it on: what is for an API stays with it."""
    function = aws.function("answer", ANSWER)
    _, regional = http_api(aws, function)
    aws("lambda").add_permission(
        FunctionName=function, StatementId="api", Action="lambda:InvokeFunction", Principal="apigateway.amazonaws.com"
    )
    bucket = aws.bucket(aws.name("secret"))
    credential = f"{aws.account}/20261128/{aws.region}/s3/aws4_request"
    headers = {"authorization": f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0"}
    assert aws.emulator.visit("GET", f"https://{regional}/{bucket}", headers=headers).status == 404
    assert aws.emulator.visit("GET", f"https://{regional}/", headers=headers).body == b"/"
    assert aws.emulator.visit("GET", f"https://{regional}/?X-Amz-Credential={credential.replace('/', '%2F')}").body == b"/"
