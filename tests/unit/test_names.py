"""Physical names: deterministic, legal, and listed with their limits."""

import inspect
import re
from typing import Any, get_args

import pytest

from marquee.domain.names import Names, contracts
from marquee.domain.regions import ZONES

NAMES = Names("marquee-prod", "111122223333")
REGIONS = ["eu-west-1", "ap-southeast-2"]

ALLOWED = {  # each service's own rule for a name, from its API reference
    "S3 bucket": r"(?!xn--|sthree-)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]",
    "IAM role": r"[\w+=,.@-]{1,64}",
    "IAM policy": r"[\w+=,.@-]{1,128}",
    "load balancer": r"(?!internal-)[a-zA-Z0-9][a-zA-Z0-9-]{0,30}[a-zA-Z0-9]",
    "target group": r"[a-zA-Z0-9][a-zA-Z0-9-]{0,30}[a-zA-Z0-9]",
    "Lambda function": r"[a-zA-Z0-9-_]{1,64}",
    "SQS queue": r"[a-zA-Z0-9-_]{1,80}",
    "DynamoDB table": r"[a-zA-Z0-9_.-]{3,255}",
    "KMS alias": r"alias/(?!aws/)[a-zA-Z0-9/_-]{1,250}",
    "web ACL": r"[a-zA-Z0-9-_]{1,128}",
    "log group": r"[.\-_/#A-Za-z0-9]{1,512}",
    "state machine": r"[a-zA-Z0-9-_]{1,80}",
    "MediaConvert queue": r"[a-zA-Z0-9-_]{1,128}",
    "event archive": r"[.\-_A-Za-z0-9]{1,48}",
    "event rule": r"[.\-_A-Za-z0-9]{1,64}",
    "SNS topic": r"[a-zA-Z0-9-_]{1,256}",
    "log delivery": r"[\w-]{1,60}",
    "secret": r"(?!.*-[A-Za-z0-9]{6}$)[A-Za-z0-9/_+=.@-]{1,512}",  # six characters at its end would look like AWS's own
    "stream": r"[a-zA-Z0-9_.-]{1,128}",
    "key-value store": r"[a-zA-Z0-9-_]{1,64}",
    "user pool": r"[\w\s+=,.@-]{1,128}",
    "API": r".{1,128}",
    "live group": r"[a-zA-Z0-9_-]{1,64}",
    "ECR repository": r"[a-z0-9]+([._-][a-z0-9]+)*",
    "compute environment": r"[a-zA-Z0-9_-]{1,128}",
    "job queue": r"[a-zA-Z0-9_-]{1,128}",
    "job definition": r"[a-zA-Z0-9_-]{1,128}",
    "placement group": r"[a-zA-Z0-9_-]{1,255}",
    "region switch plan": r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?",
    "packaging group": r"[a-zA-Z0-9_-]{1,256}",
}


def test_names_that_others_rely_on_do_not_change():
    assert NAMES.bucket("incoming", "eu-west-1") == "marquee-prod-incoming-111122223333-euw1"
    assert NAMES.role("probe", "eu-west-1") == "marquee-prod-probe-euw1"
    assert NAMES.role("ci") == "marquee-prod-ci"
    assert NAMES.boundary() == "marquee-prod-boundary"
    assert NAMES.function("probe") == "marquee-prod-probe"
    assert NAMES.queue("dead-letters") == "marquee-prod-dead-letters"
    assert NAMES.table("catalogue") == "marquee-prod-catalogue"
    assert NAMES.key_alias("media") == "alias/marquee-prod-media"
    assert NAMES.load_balancer("us-east-1") == "marquee-prod-use1"
    assert NAMES.target_group("health") == "marquee-prod-health"
    assert NAMES.function_log_group("probe") == "/aws/lambda/marquee-prod-probe"
    assert NAMES.log_group("ingest") == "/aws/vendedlogs/marquee-prod/ingest"
    assert NAMES.state_machine("ingest") == "marquee-prod-ingest"
    assert NAMES.event_bus() == "marquee-prod"
    assert NAMES.event_rule("object-created") == "marquee-prod-object-created"
    assert NAMES.topic("alarms") == "marquee-prod-alarms"
    assert NAMES.secret("token-keys") == "marquee-prod-token-keys"
    assert NAMES.stream("playback-events") == "marquee-prod-playback-events"
    assert NAMES.key_value_store() == "marquee-prod-playback"


@pytest.mark.parametrize("what", ALLOWED)
def test_every_contract_is_a_legal_name_in_every_region(what: str):
    found = [contract for contract in contracts(NAMES, ZONES) if contract.what == what]
    assert found
    for contract in found:
        assert re.fullmatch(ALLOWED[what], contract.name, re.ASCII), contract.name
        assert len(contract.name) <= contract.limit


def test_every_kind_of_contract_has_a_rule_here():
    assert {contract.what for contract in contracts(NAMES, REGIONS)} == set(ALLOWED)


def literals(annotation: Any) -> tuple[str, ...]:
    """The values of a Literal, or of a union of such."""
    return tuple(value for part in get_args(annotation) for value in ([part] if isinstance(part, str) else literals(part)))


def test_contracts_list_every_purpose_of_every_method():
    listed = {contract.name for contract in contracts(NAMES, REGIONS)}
    for method, function in inspect.getmembers(Names, inspect.isfunction):
        if method.startswith("_"):
            continue
        parameters = list(inspect.signature(function).parameters.values())[1:]
        purposes = next((literals(p.annotation) for p in parameters if get_args(p.annotation) and p.name != "region"), None)
        regions = REGIONS if any(p.name == "region" for p in parameters) else [None]
        for region in regions:
            for purpose in purposes or [None]:
                arguments = [argument for argument in (purpose, region) if argument]
                assert function(NAMES, *arguments) in listed, f"{method}({arguments})"


def test_limits_in_the_list_are_those_in_the_docstrings():
    limits = {contract.limit for contract in contracts(NAMES, REGIONS)}
    documented = {
        int(number) for _, f in inspect.getmembers(Names, inspect.isfunction) for number in re.findall(r"\b\d+\b", f.__doc__ or "")
    }
    assert limits <= documented


def test_no_two_contracts_of_a_kind_share_a_name():
    seen = [(contract.what, contract.name) for contract in contracts(NAMES, ZONES)]
    assert len(seen) == len(set(seen))


def test_global_names_differ_between_regions():
    assert NAMES.bucket("incoming", "eu-west-1") != NAMES.bucket("incoming", "eu-west-2")
    assert NAMES.role("probe", "eu-west-1") != NAMES.role("probe", "eu-west-2")
