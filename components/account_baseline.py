"""What an AWS account has once, or once a region. Two stacks of one account must not both own it: `security.account_baseline`."""

import json
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.identity.role import Role, RoleArgs
from components.identity.statement import allow, assume_role_policy
from components.refs import Placement
from marquee.domain.names import Names

_GITHUB = "token.actions.githubusercontent.com"
_API_GATEWAY_LOGS = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
_OF_GROUPS = ("CreateLogGroup", "CreateLogStream", "DescribeLogGroups", "DescribeLogStreams", "FilterLogEvents")
_OF_STREAMS = ("GetLogEvents", "PutLogEvents")


@dataclass(frozen=True, kw_only=True)
class AccountBaselineArgs:
    """Arguments of `AccountBaseline`."""

    names: Names
    stack: str
    boundary_arn: Input[str]
    ci_repository: str | None
    """GitHub `owner/repository` whose workflows may deploy, in the GitHub environment named as the stack."""
    deploy_role: str | None
    """ARN that the workflows' role may assume, and nothing else."""


class AccountBaseline(ComponentResource):
    """The account-wide half: how CI gets in without a key, and the role by which API Gateway logs."""

    api_gateway_role_arn: Output[str]

    def __init__(self, name: str, args: AccountBaselineArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:account:AccountBaseline", name, {}, opts)
        child = ResourceOptions(parent=self)
        account = args.names.account
        groups = f"arn:aws:logs:*:{account}:log-group:*"
        # One role for all APIs of the account, so for any group. API Gateway takes none that lacks one of the seven actions, nor one that
        # asks for a source account, which it does not send. Source: API Gateway Developer Guide, "Permissions for CloudWatch logging".
        self.api_gateway_role_arn = Role(
            f"{name}-api-gateway",
            RoleArgs(
                role_name=args.names.role("api-gateway"),
                trust=assume_role_policy("apigateway.amazonaws.com"),
                statements=[
                    allow(*(f"logs:{action}" for action in _OF_GROUPS), on=groups),
                    allow(*(f"logs:{action}" for action in _OF_STREAMS), on=f"{groups}:log-stream:*"),
                ],
                boundary_arn=_API_GATEWAY_LOGS,  # the same in AWS's words; the stack's own boundary ends at the stack's groups
                description="Lets API Gateway write logs of its APIs",
            ),
            opts=child,
        ).ready
        if args.ci_repository is not None and args.deploy_role is not None:
            github = aws.iam.OpenIdConnectProvider(
                f"{name}-github", url=f"https://{_GITHUB}", client_id_lists=["sts.amazonaws.com"], opts=child
            )
            Role(
                f"{name}-ci",
                RoleArgs(
                    role_name=args.names.role("ci"),
                    trust=_github_trust(account, args.ci_repository, args.stack),
                    statements=[allow("sts:AssumeRole", on=args.deploy_role)],
                    boundary_arn=args.boundary_arn,
                    description=f"Workflows of {args.ci_repository} that deploy {args.stack}",
                ),
                opts=ResourceOptions(parent=self, depends_on=[github]),
            )
        self.register_outputs({"api_gateway_role_arn": self.api_gateway_role_arn})


def _github_trust(account: str, repository: str, environment: str) -> str:
    """Trust in one GitHub environment: its protection rules, not any branch, decide who deploys.

    The provider's ARN follows from its URL, so that a preview can judge who gets in.
    """
    subject = {f"{_GITHUB}:aud": "sts.amazonaws.com", f"{_GITHUB}:sub": f"repo:{repository}:environment:{environment}"}
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{account}:oidc-provider/{_GITHUB}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": subject},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [trust]})


@dataclass(frozen=True, kw_only=True)
class RegionBaselineArgs:
    """Arguments of `RegionBaseline`."""

    placement: Placement
    api_gateway_role_arn: Input[str]


class RegionBaseline(ComponentResource):
    """The half that an account has in each region: sessions instead of bastions, encrypted disks, scanned images."""

    api_logging: Output[str]
    """Known once API Gateway may write logs in this region."""

    def __init__(self, name: str, args: RegionBaselineArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:account:RegionBaseline", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        sessions = aws.cloudwatch.LogGroup(
            f"{name}-sessions",
            name=place.names.log_group("sessions"),
            kms_key_id=place.keys.logs,
            retention_in_days=place.log_retention_days,
            opts=child,
        )
        aws.ssm.Document(
            f"{name}-sessions",
            name="SSM-SessionManagerRunShell",  # the one name that Session Manager reads its preferences from
            document_type="Session",
            document_format="JSON",
            content=_session_preferences(sessions.name, place.keys.data),
            opts=child,
        )
        aws.ebs.EncryptionByDefault(f"{name}-disks", enabled=True, opts=child)
        aws.ebs.DefaultKmsKey(f"{name}-disks", key_arn=place.keys.data, opts=child)
        aws.ecr.RegistryScanningConfiguration(
            f"{name}-images",
            scan_type="BASIC",
            rules=[{"scan_frequency": "SCAN_ON_PUSH", "repository_filters": [{"filter": "*", "filter_type": "WILDCARD"}]}],
            opts=child,
        )
        logging = aws.apigateway.Account(f"{name}-api-gateway", cloudwatch_role_arn=args.api_gateway_role_arn, opts=child)
        self.api_logging = logging.id
        self.register_outputs({})


def _session_preferences(log_group: Input[str], key_arn: Input[str]) -> Output[str]:
    """Source: AWS Systems Manager User Guide, "Session document schema"."""
    return Output.json_dumps(
        {
            "schemaVersion": "1.0",
            "description": "Sessions are encrypted, logged as they happen, and end when idle",
            "sessionType": "Standard_Stream",
            "inputs": {
                "cloudWatchLogGroupName": log_group,
                "cloudWatchEncryptionEnabled": True,
                "cloudWatchStreamingEnabled": True,
                "kmsKeyId": key_arn,
                "idleSessionTimeout": "20",  # minutes
                "maxSessionDuration": "120",  # minutes
                "runAsEnabled": False,
            },
        }
    )
