"""The tables that controls rest on, against the installed provider, AWS's action data and each other."""

from collections.abc import Iterator
from datetime import date

import pytest
from pulumi import _types

from controls.end_of_support._registry import REGISTRY
from controls.end_of_support._services import TYPES
from guard.actions import exists, services
from guard.documents import PLACES
from guard.escalation import PATHS, Path
from guard.tags import TAGGABLE
from tests.policy.cases._policies import ROLE, document, trust
from tests.policy.harness import UNKNOWN, Analyzer, Item, analyzer, secret
from tests.policy.schema import inputs, nested, tokens

pytestmark = pytest.mark.slow

OTHER_LANGUAGES = {
    # Properties named like policy documents whose text is another language.
    "aws:cloudwatch/logAccountPolicy:LogAccountPolicy",
    "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy",
    "aws:cloudwatch/logIndexPolicy:LogIndexPolicy",
    "aws:cloudsearch/domainServiceAccessPolicy:DomainServiceAccessPolicy",
    "aws:ecr/lifecyclePolicy:LifecyclePolicy",
    "aws:iot/policy:Policy",
    "aws:iot/policyAttachment:PolicyAttachment",
    "aws:networkmanager/coreNetworkPolicyAttachment:CoreNetworkPolicyAttachment",
    "aws:opensearch/serverlessAccessPolicy:ServerlessAccessPolicy",
    "aws:opensearch/serverlessLifecyclePolicy:ServerlessLifecyclePolicy",
    "aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy",
    "aws:pinpoint/smsvoicev2ResourcePolicy:Smsvoicev2ResourcePolicy",
    "aws:resiliencehub/resiliencyPolicy:ResiliencyPolicy",
    "aws:ses/receiptFilter:ReceiptFilter",
    "aws:sns/dataProtectionPolicy:DataProtectionPolicy",
    "aws:verifiedaccess/endpoint:Endpoint",
    "aws:verifiedaccess/group:Group",
}
ENDED_MODULES = ("appmesh", "elastictranscoder", "mediastore", "qldb")
UNTAGGED = Item("aws:sqs/queue:Queue", {"name": "q"})
SETTINGS = {"marquee:platform": {"identity": {"name": "marquee", "owner": "streaming", "cost_centre": "cc-1"}}}


@pytest.fixture(scope="module")
def pack() -> Iterator[Analyzer]:
    with analyzer() as running:
        yield running


def _properties(token: str) -> dict[str, object]:
    return dict(_types.input_type_types(inputs(token)))


def test_every_place_of_a_policy_document_is_the_providers() -> None:
    for token, places in PLACES.items():
        for _, path in places:
            cls: type | None = inputs(token)
            for name in path:
                assert cls is not None, (token, path)
                types = _types.input_type_types(cls)
                assert name in types, (token, path)
                cls = nested(types[name])


def test_every_type_with_a_policy_of_its_own_is_covered() -> None:
    named = {token for token in tokens() if {"policy", "policyDocument", "accessPolicy", "accessPolicies"} & _properties(token).keys()}
    assert named - PLACES.keys() == OTHER_LANGUAGES


def test_the_list_of_taggable_types_is_the_providers() -> None:
    assert list(TAGGABLE) == sorted(token for token in tokens() if "tags" in _properties(token))


def test_the_types_of_ended_services_are_all_of_the_providers() -> None:
    listed = {token for token in tokens() if token.split(":")[1].split("/")[0] in ENDED_MODULES}
    assert listed <= set(TYPES)
    assert {end.version for end in REGISTRY if end.product == "service"} == {token.split(":")[1].split("/")[0] for token in TYPES}


def test_every_row_of_the_registry_has_a_source_and_stands_once() -> None:
    assert all(end.source for end in REGISTRY)
    assert len({(end.product, end.version) for end in REGISTRY}) == len(REGISTRY)
    assert all(date(2015, 1, 1) < end.day < date(2035, 1, 1) for end in REGISTRY)


@pytest.mark.parametrize("path", PATHS, ids=str)
def test_the_actions_of_an_escalation_exist(path: Path) -> None:
    assert [action for action in path.actions if not exists(action)] == []


def test_the_action_data_tells_actions_with_resources_from_those_without() -> None:
    assert services()["s3"]["getobject"]
    assert not services()["ec2"]["describeinstances"]
    assert len(services()) > 400


def test_a_missing_tag_is_filled_in_from_the_stack_file(pack: Analyzer) -> None:
    pack.configure({"G1": "remediate"})
    pack.configure_stack(config=SETTINGS)
    fixed = pack.remediate(Item(UNTAGGED.type, {"name": "q", "tags": {"Owner": secret("me"), "Extra": UNKNOWN}}))
    assert fixed == {
        "name": "q",
        "tags": {"Owner": secret("me"), "Extra": UNKNOWN, "Project": "marquee", "Stack": "dev", "CostCentre": "cc-1"},
    }
    again = Item(UNTAGGED.type, fixed or {})
    assert pack.remediate(again) is None
    assert "G1" not in {found.policyName for found in pack.analyze(again).diagnostics}


@pytest.mark.parametrize(
    ("props", "settings"),
    [({"name": "q"}, {}), ({"name": "q", "tags": UNKNOWN}, SETTINGS), ({"name": "q", "tags": secret({})}, SETTINGS)],
    ids=["no owner is known", "tags that are not known yet", "secret tags"],
)
def test_no_tag_is_invented(pack: Analyzer, props: dict[str, object], settings: dict[str, object]) -> None:
    pack.configure({"G1": "remediate"})
    pack.configure_stack(config={"marquee:platform": {}, **settings})
    assert pack.remediate(Item(UNTAGGED.type, props)) is None


@pytest.mark.parametrize(
    ("control", "item", "fixed"),
    [
        (
            "I12",
            Item("aws:rds/cluster:Cluster", {"engine": "aurora-mysql"}),
            {"engine": "aurora-mysql", "iamDatabaseAuthenticationEnabled": True},
        ),
        ("S3", Item("aws:ecr/repository:Repository", {"imageTagMutability": "MUTABLE"}), {"imageTagMutability": "IMMUTABLE"}),
        ("S3.2", Item("aws:ecr/repository:Repository", {}), {"imageScanningConfiguration": {"scanOnPush": True}}),
    ],
)
def test_a_flag_is_flipped_once(pack: Analyzer, control: str, item: Item, fixed: dict[str, object]) -> None:
    pack.configure({control: "remediate"})
    assert pack.remediate(item) == fixed
    again = Item(item.type, fixed)
    assert pack.remediate(again) is None
    assert control not in {found.policyName for found in pack.analyze(again).diagnostics}


def test_a_principals_account_is_the_stack_files(pack: Analyzer) -> None:
    pack.configure()
    pack.configure_stack(config={"marquee:platform": {"accounts": {"workload": "111122223333"}}})
    ours, theirs = (Item(ROLE, {"assumeRolePolicy": document(trust({"AWS": account}))}) for account in ("111122223333", "999988887777"))
    assert "I19" not in {found.policyName for found in pack.analyze(ours).diagnostics}
    assert "I19" in {found.policyName for found in pack.analyze(theirs).diagnostics}


def test_no_message_of_these_controls_repeats_a_value(pack: Analyzer) -> None:
    hidden = "AKIA" + "ABCDEFGHIJKLMNOP"
    pack.configure()
    item = Item("aws:lambda/function:Function", {"role": "r", "environment": {"variables": {"A": hidden, "DB_PASSWORD": "hunter2"}}})
    messages = "\n".join(found.message for found in pack.analyze(item).diagnostics)
    assert "S2" in messages
    assert hidden not in messages
    assert "hunter2" not in messages
