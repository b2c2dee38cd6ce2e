"""I10.4: APIs that make their methods themselves ask who calls."""

from collections.abc import Iterator
from typing import Final

from guard.control import Severity, resource_control
from guard.iam import parse
from guard.node import Findings, Node, NotApplicable, check_each
from guard.resource import Resource
from guard.values import as_list, as_object

_HTTP_API: Final = "aws:apigatewayv2/api:Api"
_VERBS: Final = frozenset({"delete", "get", "head", "patch", "post", "put", "trace", "x-amazon-apigateway-any-method"})
"""Keys of a path in an OpenAPI document that are methods. OPTIONS answers browsers before they have signed in."""


@resource_control(
    id="I10.4",
    title="APIs made of one piece need authorization",
    severity=Severity.HIGH,
    types=("aws:apigateway/restApi:RestApi", _HTTP_API),
    why="Anybody who finds the URL can call the backend, and no method or route of the stack shows it.",
    fix="name a scheme under security for each method of the document; make routes of their own instead of target.",
)
def apis_of_one_piece_need_authorization(api: Resource) -> Findings:
    """An OpenAPI document may be JSON or YAML, of which this reads JSON. An API with `target` has one route, and that is open."""
    target = api.at("target")
    if api.type == _HTTP_API and not target.is_absent:
        yield target.fail("The API's own route is open to anybody")
        return
    body = api.at("body").known()
    document = as_object(parse(body) if isinstance(body, str) else body)
    if document is None:
        raise NotApplicable("the API is not made from a document in JSON")
    yield from check_each(_methods(Node(document, "body")), _check)


def _methods(document: Node) -> Iterator[Node]:
    """The `security` of each method, the document's own standing for those that say nothing of it."""
    common = document.at("security")
    for path, methods in (as_object(document.at("paths").value) or {}).items():
        for verb, method in (as_object(methods) or {}).items():
            if verb.lower() in _VERBS:
                own = Node(method, f"body.paths[{path}].{verb}").at("security")
                yield Node(common.value, own.path) if own.is_absent else own


def _check(security: Node) -> Findings:
    """A list of alternatives: one that is empty lets everybody in."""
    alternatives = as_list(security.known()) or []
    if not alternatives or any(not as_object(one) for one in alternatives):
        yield security.fail("The method is open to anybody")
