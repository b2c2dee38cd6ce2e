"""Policies decide: bucket policies with conditions, roles, boundaries, keys. MiniStack's evaluator, made strict, is what is tested."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from marquee.emulator.recorder import Verdict, refused
from tests.flows.world import World, allow, deny, policy


def code_of(call: Any) -> str:
    """The error code that a call answers; empty if it succeeds."""
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return ""


def without_tls(aws: World) -> Any:
    """An S3 client of the account's root user that talks to the plain listener."""
    client = aws.emulator.client_as("s3", region=aws.region, credentials={"access_key": aws.account, "secret_key": "test"})
    endpoint, plain = aws.emulator.endpoint, str(aws.emulator.insecure_endpoint)

    def redirect(request: Any, **_: Any) -> None:
        request.url = request.url.replace(endpoint, plain)

    client.meta.events.register("before-send.s3", redirect)
    return client


def bucket_with(aws: World, *statements: dict[str, Any]) -> str:
    bucket = aws.bucket(aws.name("guarded"))
    aws("s3").put_bucket_policy(Bucket=bucket, Policy=policy(*statements))
    return bucket


def both(bucket: str) -> list[str]:
    return [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]


def test_a_bucket_policy_denies_what_is_not_encrypted_in_transit(aws: World) -> None:
    bucket = aws.name("guarded")
    bucket_with(aws, deny("s3:*", both(bucket), Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}}))
    plain = without_tls(aws)
    assert code_of(lambda: aws("s3").put_object(Bucket=bucket, Key="k", Body=b"x")) == ""
    assert code_of(lambda: plain.put_object(Bucket=bucket, Key="k", Body=b"x")) == "AccessDenied"
    forged = aws.emulator.visit("GET", f"{aws.emulator.insecure_endpoint}/{bucket}/k", headers={"x-forwarded-proto": "https"})
    assert forged.status == 403


def test_a_role_obeys_the_transport_condition_too(aws: World) -> None:
    bucket = aws.name("guarded")
    bucket_with(aws, deny("s3:*", both(bucket), Principal="*", Condition={"Bool": {"aws:SecureTransport": "true"}}))
    role = aws.as_role("s3", allow("s3:PutObject", both(bucket)))
    assert code_of(lambda: role.put_object(Bucket=bucket, Key="k", Body=b"x")) == "AccessDenied"


def test_the_tls_version_is_known(aws: World) -> None:
    bucket = aws.name("guarded")
    old = deny("s3:*", both(bucket), Principal="*", Condition={"NumericLessThan": {"s3:TlsVersion": "1.2"}})
    bucket_with(aws, old)
    assert code_of(lambda: aws("s3").list_objects_v2(Bucket=bucket)) == ""
    aws("s3").put_bucket_policy(Bucket=bucket, Policy=policy({**old, "Condition": {"NumericLessThan": {"s3:TlsVersion": "1.4"}}}))
    assert code_of(lambda: aws("s3").list_objects_v2(Bucket=bucket)) == "AccessDenied"


def test_an_unsigned_request_needs_a_public_policy(aws: World) -> None:
    bucket = aws.bucket(aws.name("public"))
    aws("s3").put_object(Bucket=bucket, Key="k", Body=b"x")
    url = f"{aws.emulator.endpoint}/{bucket}/k"
    assert aws.emulator.visit("GET", url).status == 403
    aws("s3").delete_public_access_block(Bucket=bucket)
    aws("s3").put_bucket_policy(Bucket=bucket, Policy=policy(allow("s3:GetObject", both(bucket), Principal="*")))
    assert aws.emulator.visit("GET", url).status == 200
    assert aws.emulator.visit("PUT", url, body=b"y").status == 403


def test_a_wrong_signature_is_refused(aws: World) -> None:
    role = aws.as_role("s3", allow("s3:*", "*"))
    credentials = {"access_key": role._request_signer._credentials.access_key, "secret_key": "guessed", "session_token": "guessed"}
    forged = aws.emulator.client_as("s3", region=aws.region, credentials=credentials)
    assert code_of(forged.list_buckets) in {"InvalidToken", "SignatureDoesNotMatch"}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"s3:prefix": "masters/"}}, ""),
        ({"StringEquals": {"s3:prefix": "other/"}}, "AccessDenied"),
        ({"StringLike": {"s3:prefix": ["a*", "mast*"]}}, ""),
        ({"StringNotLike": {"s3:prefix": ["a*", "mast*"]}}, "AccessDenied"),
        ({"StringEqualsIgnoreCase": {"s3:prefix": "MASTERS/"}}, ""),
        ({"StringNotEquals": {"s3:prefix": "other/"}}, ""),
        ({"StringEquals": {"s3:delimiter": "/"}}, "AccessDenied"),
        ({"StringEqualsIfExists": {"s3:delimiter": "/"}}, ""),
        ({"StringNotEquals": {"s3:delimiter": "/"}}, ""),
        ({"Null": {"s3:delimiter": "true"}}, ""),
        ({"Null": {"s3:delimiter": "false"}}, "AccessDenied"),
        ({"NumericLessThanEquals": {"s3:max-keys": "10"}}, ""),
        ({"NumericLessThan": {"s3:max-keys": "10"}}, "AccessDenied"),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/caller"}}, ""),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/other"}}, "AccessDenied"),
        ({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, ""),
        ({"NotIpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, "AccessDenied"),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, ""),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, "AccessDenied"),
        ({"Bool": {"aws:ViaAWSService": "false"}}, ""),
        ({"Bool": {"aws:PrincipalIsAWSService": "true"}}, "AccessDenied"),
        ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, ""),
        ({"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"s3:prefix": "other/"}}, "AccessDenied"),
    ],
)
def test_conditions_of_a_role_policy(aws: World, condition: dict[str, Any], expected: str) -> None:
    bucket = aws.bucket(aws.name("plain"))
    role = aws.as_role("s3", allow("s3:ListBucket", both(bucket), Condition=condition))
    assert code_of(lambda: role.list_objects_v2(Bucket=bucket, Prefix="masters/", MaxKeys=10)) == expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([allow("s3:GetObject", "arn:aws:s3:::{bucket}/a/*")], ""),
        ([allow("s3:getobject", "arn:aws:s3:::{bucket}/a/*")], ""),
        ([allow("s3:Get*", "*")], ""),
        ([allow("*", "arn:aws:s3:::{bucket}/a/?")], ""),
        ([allow("s3:GetObject", "arn:aws:s3:::{bucket}")], "AccessDenied"),
        ([allow("s3:GetObject", "arn:aws:s3:::{bucket}/A/*")], "AccessDenied"),
        ([allow("s3:GetObjectVersion", "*")], "AccessDenied"),
        ([allow("s3:GetObject", "*"), deny("s3:*", "arn:aws:s3:::{bucket}/a/k")], "AccessDenied"),
        ([allow("s3:GetObject", "*"), deny("s3:*", "arn:aws:s3:::{bucket}/b/*")], ""),
        ([{"Effect": "Allow", "NotAction": "s3:Put*", "Resource": "*"}], ""),
        ([{"Effect": "Allow", "NotAction": "s3:Get*", "Resource": "*"}], "AccessDenied"),
        ([{"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::{bucket}/a/*"}], "AccessDenied"),
        ([{"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::{bucket}/b/*"}], ""),
    ],
)
def test_actions_and_resources_of_a_role_policy(aws: World, statements: list[dict[str, Any]], expected: str) -> None:
    bucket = aws.bucket(aws.name("plain"))
    aws("s3").put_object(Bucket=bucket, Key="a/k", Body=b"x")
    named = json.loads(json.dumps(statements).replace("{bucket}", bucket))
    role = aws.as_role("s3", *named)
    assert code_of(lambda: role.get_object(Bucket=bucket, Key="a/k")) == expected
    [call] = [call for call in aws.calls() if call.action == "s3:GetObject"]
    assert (call.role, call.resource, call.verdict) == (
        "caller",
        f"arn:aws:s3:::{bucket}/a/k",
        Verdict.DENIED if expected else Verdict.ALLOWED,
    )


def test_a_permissions_boundary_limits(aws: World) -> None:
    bucket = aws.bucket(aws.name("plain"))
    role = aws.as_role("s3", allow("s3:*", "*"))
    boundary = aws("iam").create_policy(PolicyName="boundary", PolicyDocument=policy(allow("s3:GetObject", "*")))["Policy"]["Arn"]
    aws("iam").put_role_permissions_boundary(RoleName="caller", PermissionsBoundary=boundary)
    assert code_of(lambda: role.put_object(Bucket=bucket, Key="k", Body=b"x")) == "AccessDenied"


def test_an_attached_policy_counts(aws: World) -> None:
    bucket = aws.bucket(aws.name("plain"))
    role = aws.as_role("s3", allow("s3:GetObject", "*"))
    attached = aws("iam").create_policy(PolicyName="attached", PolicyDocument=policy(allow("s3:PutObject", "*")))["Policy"]["Arn"]
    assert code_of(lambda: role.put_object(Bucket=bucket, Key="k", Body=b"x")) == "AccessDenied"
    aws("iam").attach_role_policy(RoleName="caller", PolicyArn=attached)
    assert code_of(lambda: role.put_object(Bucket=bucket, Key="k", Body=b"x")) == ""


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (allow("s3:ListBucket", "*", Condition={"StringSounds": {"s3:prefix": "x"}}), "operator stringsounds"),
        (allow("s3:ListBucket", "*", Condition={"StringEquals": {"s3:signatureAge": "x"}}), "key s3:signatureage"),
        (allow("s3:ListBucket", "arn:aws:s3:::${aws:PrincipalAccount}"), "policy variables"),
        (deny("s3:ListBucket", "*", Condition={"StringEquals": {"s3:signatureAge": "x"}}), "key s3:signatureage"),
    ],
)
def test_what_cannot_be_judged_is_refused_and_says_so(aws: World, statement: dict[str, Any], reason: str) -> None:
    bucket = aws.bucket(aws.name("plain"))
    role = aws.as_role("s3", statement)
    assert code_of(lambda: role.list_objects_v2(Bucket=bucket)) == "AccessDenied"
    [call] = refused(aws.calls())
    assert call.verdict is Verdict.UNJUDGED
    assert reason in call.reason


def test_an_action_that_nobody_knows_is_unjudged(aws: World) -> None:
    role = aws.as_role("ecr", allow("*", "*"))
    assert code_of(role.describe_repositories) == "AccessDeniedException"
    assert [call.verdict for call in aws.calls() if call.role == "caller"] == [Verdict.UNJUDGED]


class TestKeys:
    """Data under a customer-managed key needs the key's permissions too."""

    def key(self, aws: World, *statements: dict[str, Any]) -> str:
        own = allow("kms:*", "*", Principal={"AWS": f"arn:aws:iam::{aws.account}:root"})
        return aws("kms").create_key(Policy=policy(own, *statements))["KeyMetadata"]["Arn"]

    def encrypted_bucket(self, aws: World, key: str) -> str:
        bucket = aws.bucket(aws.name("secret"))
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}, "BucketKeyEnabled": True}
        aws("s3").put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
        return bucket

    def test_of_objects(self, aws: World) -> None:
        key = self.key(aws)
        bucket = self.encrypted_bucket(aws, key)
        blind = aws.as_role("s3", allow("s3:*", "*"), name="blind")
        writer = aws.as_role("s3", allow("s3:*", "*"), allow("kms:GenerateDataKey", key), name="writer")
        assert code_of(lambda: blind.put_object(Bucket=bucket, Key="k", Body=b"x")) == "AccessDenied"
        assert code_of(lambda: writer.put_object(Bucket=bucket, Key="k", Body=b"x")) == ""
        assert code_of(lambda: writer.get_object(Bucket=bucket, Key="k")) == "AccessDenied"
        assert code_of(lambda: writer.create_multipart_upload(Bucket=bucket, Key="k")) == "AccessDenied"
        assert {(call.role, call.action, call.resource) for call in refused(aws.calls())} == {
            ("blind", "kms:GenerateDataKey", key),
            ("writer", "kms:Decrypt", key),
        }

    def test_a_key_policy_that_names_nobody_allows_nobody(self, aws: World) -> None:
        admin = allow("kms:Describe*", "*", Principal={"AWS": f"arn:aws:iam::{aws.account}:root"})
        key = aws("kms").create_key(Policy=policy(admin))["KeyMetadata"]["Arn"]
        role = aws.as_role("s3", allow(["s3:*", "kms:*"], "*"))
        bucket = self.encrypted_bucket(aws, key)
        assert code_of(lambda: role.put_object(Bucket=bucket, Key="k", Body=b"x")) == "AccessDenied"

    def test_via_one_service_only(self, aws: World) -> None:
        key = self.key(aws)
        via = {"StringEquals": {"kms:ViaService": f"s3.{aws.region}.amazonaws.com"}}
        role = aws.as_role("s3", allow("s3:*", "*"), allow("kms:*", key, Condition=via))
        bucket = self.encrypted_bucket(aws, key)
        assert code_of(lambda: role.put_object(Bucket=bucket, Key="k", Body=b"x")) == ""
        direct = aws.emulator.client_as("kms", region=aws.region, credentials=_credentials(role))
        assert code_of(lambda: direct.encrypt(KeyId=key, Plaintext=b"x")) == "AccessDeniedException"

    def test_of_queues_tables_and_secrets(self, aws: World) -> None:
        key = self.key(aws)
        url = aws("sqs").create_queue(QueueName="q", Attributes={"KmsMasterKeyId": key})["QueueUrl"]
        aws("dynamodb").create_table(
            TableName="titles",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key},
        )
        aws("secretsmanager").create_secret(Name="token", SecretString="x", KmsKeyId=key)
        sqs = aws.as_role("sqs", allow(["sqs:*", "dynamodb:*", "secretsmanager:*"], "*"))
        others = {
            name: aws.emulator.client_as(name, region=aws.region, credentials=_credentials(sqs)) for name in ("dynamodb", "secretsmanager")
        }
        assert code_of(lambda: sqs.send_message(QueueUrl=url, MessageBody="x")).endswith("AccessDenied")
        assert code_of(lambda: others["dynamodb"].get_item(TableName="titles", Key={"id": {"S": "x"}})) == "AccessDeniedException"
        assert code_of(lambda: others["secretsmanager"].get_secret_value(SecretId="token")) == "AccessDeniedException"
        assert {call.action for call in refused(aws.calls())} == {"kms:GenerateDataKey", "kms:Decrypt"}
        contexts = {
            "aws:sqs:arn": aws.arn("sqs", "q"),
            "aws:dynamodb:tableName": "titles",
            "SecretARN": aws.arn("secretsmanager", "secret:*"),
        }
        for name, value in contexts.items():
            only = {"StringLike": {f"kms:EncryptionContext:{name}": value}}
            document = policy(allow(["kms:GenerateDataKey", "kms:Decrypt"], key, Condition=only))
            aws("iam").put_role_policy(RoleName="caller", PolicyName=name.replace(":", "-"), PolicyDocument=document)
        assert code_of(lambda: sqs.send_message(QueueUrl=url, MessageBody="x")) == ""
        assert code_of(lambda: others["dynamodb"].get_item(TableName="titles", Key={"id": {"S": "x"}})) == ""
        assert code_of(lambda: others["secretsmanager"].get_secret_value(SecretId="token")) == ""


def _credentials(client: Any) -> dict[str, str]:
    keys = client._request_signer._credentials
    return {"access_key": keys.access_key, "secret_key": keys.secret_key, "session_token": keys.token}
