"""A Lambda function: code from `runtime/`, a role of its own, its log group, and a place for what it could not do."""

import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import pulumi
import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.compute import artefact
from components.identity.role import Role, RoleArgs
from components.identity.statement import Statement, allow, assume_role_policy, through
from components.refs import Placement, QueueRef
from marquee.domain.names import Function as Workload

_PYTHON = "python3.13"
_THIS_PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
"""Of the deployer. Lambda has 3.11 to 3.14, and `pyproject.toml` asks for one of them."""
_ARCHITECTURE = "x86_64"
_LIBC = {"python3.11": (2, 26)}  # Amazon Linux 2
_LIBC_OF_THE_OTHERS = (2, 34)  # Amazon Linux 2023. Source: Lambda Developer Guide, "Lambda runtimes"
CRYPTOGRAPHY = ("cryptography", "cffi", "pycparser")
"""Packages of a function that signs, which has to be `compiled`: RSA for cookies, ECDSA for the key-value store."""
_POWERTOOLS = ("aws-lambda-powertools", "jmespath", "typing-extensions")  # with what it needs
_TRACING = allow(
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
    on="*",
    reason="X-Ray's write actions support no resource; source: Service Authorization Reference, AWS X-Ray",
)


@dataclass(frozen=True, kw_only=True)
class LambdaFunctionArgs:
    """Arguments of `LambdaFunction`."""

    placement: Placement
    workload: Workload
    """Which function of the stack: its name, its role's and its log group's follow from it."""
    handler: str
    """Dotted path such as `runtime.ingest.probe.handler`; its second part names the folder that is shipped."""
    statements: Sequence[Statement]
    """What the code calls. Logs, traces, the dead letters and the environment's key are added here."""
    dead_letters: QueueRef
    """Where an asynchronous event goes after its last retry."""
    environment: Mapping[str, Input[str]] = field(default_factory=dict[str, Input[str]])
    packages: Sequence[str] = ()
    """Installed distributions that the code needs beside Powertools and Lambda's own boto3."""
    compiled: bool = False
    """True if one of `packages` has extension modules: they load in the deployer's version of Python alone, so that the function runs on
    that one. Every function of the same folder must say the same."""
    memory_mb: int = 256
    timeout_seconds: int = 10


class LambdaFunction(ComponentResource):
    """A function whose name, role and log group are fixed, so that policies can name them before they exist.

    It runs outside the VPC: what it calls are AWS endpoints, each by an exact statement.
    """

    function_name: str
    arn: str
    """Known before the function exists."""
    ready: Output[str]
    """The ARN, once the function exists."""

    def __init__(self, name: str, args: LambdaFunctionArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:compute:LambdaFunction", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        self._account = place.account
        self.function_name = place.names.function(args.workload)
        self.arn = f"arn:aws:lambda:{place.region}:{place.account}:function:{self.function_name}"
        logs = aws.cloudwatch.LogGroup(
            name,
            name=place.names.function_log_group(args.workload),
            kms_key_id=place.keys.logs,
            retention_in_days=place.log_retention_days,
            opts=child,
        )
        role = Role(
            name,
            RoleArgs(
                role_name=place.names.role(args.workload, place.region),
                trust=assume_role_policy("lambda.amazonaws.com", account=place.account),
                statements=[*args.statements, *self._own_statements(args)],
                boundary_arn=place.boundary_arn,
                description=f"What the function {self.function_name} may do",
            ),
            opts=child,
        )
        _warn_of_foreign_binaries(args.packages)
        if args.compiled:
            _warn_of_a_newer_libc(args.packages)
        packages = (*_POWERTOOLS, *args.packages)
        function = aws.lambda_.Function(
            name,
            name=self.function_name,
            role=role.ready,
            runtime=_THIS_PYTHON if args.compiled else _PYTHON,
            architectures=[_ARCHITECTURE],
            handler=args.handler,
            code=pulumi.FileArchive(artefact.build(args.handler.split(".")[1], packages, compiled=args.compiled)),
            memory_size=args.memory_mb,
            timeout=args.timeout_seconds,
            environment={"variables": {"POWERTOOLS_SERVICE_NAME": args.workload, **args.environment}},
            kms_key_arn=place.keys.data,
            dead_letter_config={"target_arn": args.dead_letters.ready},
            tracing_config={"mode": "Active"},
            logging_config={"log_format": "JSON", "log_group": logs.name},
            opts=child,
        )
        self.ready = function.arn
        self.register_outputs({"arn": self.ready})

    def let_in(self, name: str, service: str, *, source_arn: Input[str], opts: ResourceOptions) -> aws.lambda_.Permission:
        """Let `service` (`events`, say) invoke the function on behalf of one resource of this account."""
        return aws.lambda_.Permission(
            name,
            action="lambda:InvokeFunction",
            function=self.ready,
            principal=f"{service}.amazonaws.com",
            source_account=self._account,
            source_arn=source_arn,
            opts=opts,
        )

    def _own_statements(self, args: LambdaFunctionArgs) -> tuple[Statement, ...]:
        place = args.placement
        group = f"arn:aws:logs:{place.region}:{place.account}:log-group:{place.names.function_log_group(args.workload)}:*"
        of_this_function = {"StringEquals": {"kms:EncryptionContext:aws:lambda:FunctionArn": self.arn}}
        return (
            allow("logs:CreateLogStream", "logs:PutLogEvents", on=group),
            _TRACING,
            allow("sqs:SendMessage", on=args.dead_letters.arn),
            allow("kms:Decrypt", "kms:GenerateDataKey", on=place.keys.data, when=through("sqs", place.region)),
            allow("kms:Decrypt", on=place.keys.data, when=of_this_function),
        )


def _warn_of_foreign_binaries(packages: Sequence[str]) -> None:
    here = f"{platform.system()} {platform.machine()}"
    if packages and here != f"Linux {_ARCHITECTURE}":
        pulumi.log.warn(
            f"the artefact holds {', '.join(packages)} built for {here}, and Lambda runs Linux {_ARCHITECTURE}: deploy from such a machine"
        )


def _warn_of_a_newer_libc(packages: Sequence[str]) -> None:
    """Wheels name the C library that they were linked with; an older one refuses to load them, at the function's first call."""
    has = _LIBC.get(_THIS_PYTHON, _LIBC_OF_THE_OTHERS)
    too_new = [name for name in packages if (artefact.oldest_libc(name) or has) > has]
    if too_new:
        _warn_once(
            f"deploy to AWS with Python 3.12 or newer: Lambda's {_THIS_PYTHON} has glibc {has[0]}.{has[1]}, which cannot load "
            f"{', '.join(too_new)}; the emulated AWS does not mind"
        )


@cache
def _warn_once(message: str) -> None:
    pulumi.log.warn(message)
