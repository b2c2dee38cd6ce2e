"""S3.4: a parameter that is called a secret is encrypted."""

from guard.control import Severity, resource_control
from guard.credentials import is_secret_name
from guard.node import Findings, NotApplicable
from guard.resource import Resource


@resource_control(
    id="S3.4",
    title="Parameters called password, secret or token are SecureStrings",
    severity=Severity.HIGH,
    types=("aws:ssm/parameter:Parameter",),
    why="A plain parameter is read by everybody who may describe the account's parameters, and stands in clear in every log of it.",
    fix="set type to SecureString and keyId to a key of yours; change the value, for it is known.",
)
def parameters_called_secret_are_secure(parameter: Resource) -> Findings:
    """By the last part of the parameter's path."""
    if parameter.at("type").value == "SecureString":
        return
    name = parameter.at("name")
    if name.is_absent:
        raise NotApplicable("the parameter's name is made up")
    if is_secret_name(name.text().rsplit("/", 1)[-1]) and parameter.at("type").text() != "SecureString":
        yield parameter.at("type").fail("The parameter is stored in clear")
