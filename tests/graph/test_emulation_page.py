"""The page on the emulation is complete: it speaks of every service that a stack uses, and of every type that is only simulated."""

import re

from marquee.emulator.resources import SIMULATED
from tests.graph.conftest import ROOT, STACKS, of_stack

PAGE = (ROOT / "docs" / "emulation.md").read_text(encoding="utf-8")

CALLED = {
    # The provider's module → what the page calls the service, where the two differ
    "apigateway": "API Gateway, REST APIs",
    "apigatewayv2": "API Gateway, HTTP APIs",
    "cloudwatch": "CloudWatch",
    "ebs": "EC2",
    "lb": "Load balancers",
    "route53": "Route 53",
    "secretsmanager": "Secrets Manager",
    "sfn": "Step Functions",
    "ssm": "Systems Manager",
    "vpc": "EC2",
    "wafv2": "WAF",
}


def test_every_service_of_the_stacks_has_its_section() -> None:
    types = {resource.type for stack in STACKS for resource in of_stack(stack, True) if resource.custom}
    modules = {token.removeprefix("aws:").partition("/")[0] for token in types if token.startswith("aws:")}
    assert modules
    headings = " ".join(line for line in PAGE.splitlines() if line.startswith("## ")).lower()
    assert not [module for module in sorted(modules) if CALLED.get(module, module).lower() not in headings]


def test_the_table_of_simulated_types_is_the_backends() -> None:
    assert set(re.findall(r"^\| `(aws:[^`]+)`", PAGE, re.MULTILINE)) == set(SIMULATED)
