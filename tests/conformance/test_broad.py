"""The mapping against every type at once: a made-up resource of each type that both pulumi-aws and the provider know."""

import json
import re
from typing import Any

import pytest

from marquee.conformance.references import References
from marquee.conformance.terraform import Terraform
from marquee.conformance.tokens import terraform_type
from marquee.conformance.translate import PROVIDER_TYPE, translate
from marquee.engine import Archive, Asset, Graph, Request, Resource, Value, sdk
from marquee.engine import hints as shapes
from tests.conformance.test_tokens import tokens

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
DEEPEST = 2
HOME = Resource(
    urn="urn:pulumi:test::broad::pulumi:providers:aws::home", type=PROVIDER_TYPE, name="home", custom=True, inputs={"region": "eu-west-1"}
)
OTHER_IN_PROVIDER_6 = "resource.aws_lakeformation_opt_in"  # `lf_tag.value` became the list `values`
MISMATCH = re.compile(
    r"No argument or block type is named|Incorrect attribute value type|Incorrect JSON value type|Invalid JSON|Unsupported"
)


def made_up(shape: shapes.Shape, depth: int = 0) -> Value:
    """A value of the shape that the SDK declares, with every property set down to a few levels."""
    match shape:
        case shapes.Plain():
            plain = {"integer": 1, "number": 1, "boolean": True, "asset": Asset(text="x"), "archive": Archive(path="x.zip")}
            return plain.get(shape.name, "1")
        case shapes.Choice():
            return shape.values[0]
        case shapes.ListOf():
            return [made_up(shape.item, depth + 1)]
        case shapes.MapOf():
            return {"someKey": made_up(shape.item, depth + 1)}
        case shapes.AnyOf():
            return made_up(shape.options[0], depth)
        case shapes.ObjectOf():
            types, required = sdk.input_types(shape.cls), sdk.required_names(shape.cls)
            wanted = [name for name in types if depth < DEEPEST or name in required]
            return {name: made_up(shapes.shape_of(types[name]), depth + 1) for name in wanted}


def resource_of(token: str) -> Resource:
    args = sdk.args_class(token)
    types: Any = sdk.input_types(args) if args else {}
    inputs = {name: made_up(shapes.shape_of(hint)) for name, hint in types.items() if name != "region"}
    urn = f"urn:pulumi:test::broad::{token}::one"
    return Resource(urn=urn, type=token, name="one", custom=True, provider=f"{HOME.urn}::1", inputs=inputs)


def test_every_property_of_every_type_has_a_place_in_the_provider(terraform: Terraform) -> None:
    references = References(terraform.schema())
    known = [token for token in tokens() if terraform_type(token, references.schema.resources)]
    resources = {HOME.urn: HOME}
    for token in known:
        resource = resources[f"urn:pulumi:test::broad::{token}::one"] = resource_of(token)
        references.create(Request(urn=resource.urn, type=token, name="one", inputs=resource.inputs, provider_inputs=HOME.inputs))
    graph = Graph(project="broad", stack="test", preview=False, resources=resources)
    configuration = translate(graph, references)
    with terraform.folder({key: part for key, part in configuration.document.items() if key != "resource"}) as folder:
        for name, resource in configuration.document["resource"].items():
            # A file a type: for every error Terraform reads the whole file again, and there are thousands, of values.
            (folder.path / f"{name}.tf.json").write_text(json.dumps({"resource": {name: resource}}, indent=1))
        diagnostics = json.loads(folder.run("validate", "-json", seconds=300).stdout)["diagnostics"]
    found = [(item.get("snippet") or {}, f"{item['summary']}. {item['detail']}") for item in diagnostics]
    found = [(snippet, words) for snippet, words in found if not str(snippet.get("context")).startswith(OTHER_IN_PROVIDER_6)]
    wrong = {f"{snippet.get('context')}: {words} {snippet.get('code', '').strip()}" for snippet, words in found if MISMATCH.search(words)}
    assert len(configuration.urns) == len(known) > 1400
    assert "\n".join(sorted(wrong)) == ""
    assert len(found) > 1000, "the provider judged the values too"
