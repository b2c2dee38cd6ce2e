"""Inputs against the SDK's declared types."""

from typing import Any

import pytest

from marquee.engine import UNKNOWN, Archive, Asset, Secret, check_inputs, sdk
from marquee.engine.values import Value

BUCKET = "aws:s3/bucket:Bucket"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
FUNCTION = "aws:lambda/function:Function"
ROLE = "aws:iam/role:Role"
OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
RULE = {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}}
STATEMENT = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}

GOOD: dict[str, tuple[str, dict[str, Value]]] = {
    "nothing": (BUCKET, {}),
    "texts and maps": (BUCKET, {"bucket": "b", "tags": {"any name at all": "x"}, "forceDestroy": True}),
    "unknown anywhere": (ENCRYPTION, {"bucket": UNKNOWN, "rules": [{"applyServerSideEncryptionByDefault": UNKNOWN}, UNKNOWN]}),
    "all unknown": (ENCRYPTION, {"bucket": "b", "rules": UNKNOWN}),
    "a secret of the right type": (BUCKET, {"bucket": Secret("b"), "tags": Secret({"a": Secret("x")})}),
    "a secret unknown": (BUCKET, {"bucket": Secret(UNKNOWN)}),
    "null is absent": (BUCKET, {"bucket": None, "lifecycleRules": [{"enabled": True, "id": None}]}),
    "an archive": (FUNCTION, {"role": "r", "code": Archive(path="./d")}),
    "an enum's value": (FUNCTION, {"role": "r", "runtime": "python3.11"}),
    "an open enum": (FUNCTION, {"role": "r", "runtime": "python9.99"}),
    "an asset or an archive": (OBJECT, {"bucket": "b", "source": Asset(path="x")}),
    "an archive or an asset": (OBJECT, {"bucket": "b", "source": Archive(path="x")}),
    "text of a union": (ROLE, {"assumeRolePolicy": "{}"}),
    "object of a union": (ROLE, {"assumeRolePolicy": {"Version": "2012-10-17", "Statement": [STATEMENT]}}),
    "a whole number for a number": (ALARM, {"comparisonOperator": "x", "evaluationPeriods": 1, "threshold": 5}),
    "a fraction for a number": (ALARM, {"comparisonOperator": "x", "evaluationPeriods": 1, "threshold": 0.5}),
    "a type of no installed SDK": ("other:index:Thing", {"what": "ever"}),
    "a type that the SDK does not have": ("aws:s3/nothing:Nothing", {"what": "ever"}),
    "a token of another form": ("thing", {"what": "ever"}),
}
BAD: dict[str, tuple[str, dict[str, Value], str]] = {
    "an unknown name": (BUCKET, {"nope": 1}, "nope: no such property"),
    "a misspelt name": (BUCKET, {"buckt": "b"}, "buckt: no such property; did you mean 'bucket'?"),
    "a misspelt name of two words": (BUCKET, {"force_destory": True}, "force_destory: no such property; did you mean 'force_destroy'?"),
    "a number for a text": (BUCKET, {"bucket": 5}, "bucket: a string is expected, not an integer"),
    "a boolean for a number": (FUNCTION, {"role": "r", "timeout": True}, "timeout: an integer is expected, not a boolean"),
    "a text for a number": (FUNCTION, {"role": "r", "timeout": "5"}, "timeout: an integer is expected, not a string"),
    "a fraction for an integer": (FUNCTION, {"role": "r", "timeout": 1.5}, "timeout: an integer is expected, not a fraction"),
    "a text for a boolean": (BUCKET, {"forceDestroy": "true"}, "forceDestroy: a boolean is expected, not a string"),
    "a number in a map": (BUCKET, {"tags": {"a": 1}}, "tags.a: a string is expected, not an integer"),
    "a list for a map": (BUCKET, {"tags": ["a"]}, "tags: an object is expected, not a list"),
    "a text for a list": (ENCRYPTION, {"bucket": "b", "rules": "x"}, "rules: a list is expected, not a string"),
    "null in a list": (FUNCTION, {"role": "r", "layers": [None]}, "layers[0]: a string is expected, not null"),
    "a wrong type in a nested object": (
        ENCRYPTION,
        {"bucket": "b", "rules": [RULE, {"bucketKeyEnabled": "yes"}]},
        "rules[1].bucketKeyEnabled: a boolean is expected, not a string",
    ),
    "a misspelt nested name": (
        ENCRYPTION,
        {"bucket": "b", "rules": [{**RULE, "bucket_key_enable": True}]},
        "rules[0].bucket_key_enable: no such property; did you mean 'bucket_key_enabled'?",
    ),
    "a missing name": (FUNCTION, {}, "role: is missing; a string is required"),
    "null for a required name": (FUNCTION, {"role": None}, "role: is missing; a string is required"),
    "a missing nested name": (
        ENCRYPTION,
        {"bucket": "b", "rules": [{"applyServerSideEncryptionByDefault": {"kmsMasterKeyId": "k"}}]},
        "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm: is missing; a string is required",
    ),
    "a path for an archive": (FUNCTION, {"role": "r", "code": "./d"}, "code: an archive is expected, not a string"),
    "an asset for an archive": (FUNCTION, {"role": "r", "code": Asset(path="x")}, "code: an archive is expected, not an asset"),
    "a text for an asset or an archive": (
        OBJECT,
        {"bucket": "b", "source": "x"},
        "source: an asset or an archive is expected, not a string",
    ),
    "no member of a union": (
        ROLE,
        {"assumeRolePolicy": 5},
        "assumeRolePolicy: a string or an object (PolicyDocumentArgs) is expected, not an integer",
    ),
    "a closed enum": (
        ROLE,
        {"assumeRolePolicy": {"Version": "2012-10-17", "Statement": [{**STATEMENT, "Effect": "Allw"}]}},
        "assumeRolePolicy.Statement[0].Effect: one of 'Allow', 'Deny' is expected, not a string",
    ),
    "a secret of the wrong type": (BUCKET, {"bucket": Secret(5)}, "bucket: a string is expected, not an integer"),
}


@pytest.mark.parametrize("case", GOOD)
def test_good(case: str) -> None:
    assert check_inputs(*GOOD[case]) == []


@pytest.mark.parametrize("case", BAD)
def test_bad(case: str) -> None:
    token, inputs, said = BAD[case]
    assert [str(problem) for problem in check_inputs(token, inputs)] == [said]


def test_all_problems_of_a_resource_are_told() -> None:
    problems = check_inputs(FUNCTION, {"timeout": "5", "tracingConfig": {"mood": "x"}})
    assert [(problem.path, problem.kind) for problem in problems] == [
        ("timeout", "type"),
        ("tracingConfig.mood", "unknown"),
        ("tracingConfig.mode", "missing"),
        ("role", "missing"),
    ]


def test_no_message_holds_a_value() -> None:
    inputs: dict[str, Any] = {"bucket": ["hush"], "tags": {"a": ["hush"]}, "forceDestroy": "hush", "lifecycleRules": "hush"}
    assert len(check_inputs(BUCKET, inputs)) == 4
    assert not any("hush" in str(problem) for problem in check_inputs(BUCKET, inputs))


def test_a_resource_whose_nested_type_took_the_name_of_its_inputs() -> None:
    """`BucketServerSideEncryptionConfigurationArgs` is a block of the bucket; the resource's own inputs are `…InitArgs`."""
    cls = sdk.args_class(ENCRYPTION)
    assert cls is not None
    assert cls.__name__.endswith("InitArgs")
    assert {"bucket", "rules"} <= set(sdk.input_types(cls))


@pytest.mark.slow
def test_every_type_of_the_sdk_has_a_table() -> None:
    from pulumi.runtime import rpc

    sdk.resource_class(BUCKET)  # imports the SDK, which registers its modules

    tokens = [token for (module, *_) in rpc._RESOURCE_MODULES.values() for token in getattr(module, "mod_info", {}).get("classes", {})]
    assert len(tokens) > 1700
    sample = tokens[::29]  # all take half a minute
    assert [token for token in sample if sdk.args_class(token) is None] == []
    assert [token for token in sample if [problem for problem in check_inputs(token, {}) if problem.kind != "missing"]] == []
