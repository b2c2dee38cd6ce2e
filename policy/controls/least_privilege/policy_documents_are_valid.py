"""I14: every policy document is one that IAM takes."""

from guard.control import Severity, resource_control
from guard.grammar import check_document
from guard.iam import POLICY_TYPES, documents
from guard.node import Findings, check_each
from guard.resource import Resource


@resource_control(
    id="I14",
    title="Policy documents are valid",
    severity=Severity.HIGH,
    types=POLICY_TYPES,
    why="AWS refuses such a document in the middle of a deployment, or reads it otherwise than its author meant.",
    fix="correct the document: JSON with Version, Statement, and in each statement Effect, Action and what its kind asks for.",
)
def policy_documents_are_valid(holder: Resource) -> Findings:
    """JSON, known elements, and those that the kind of document needs or must not have."""
    for document in documents(holder):
        yield from check_each([document.node], lambda node, kind=document.kind: check_document(node, kind))
