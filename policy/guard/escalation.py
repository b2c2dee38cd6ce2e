"""Ways by which an identity's rights add up to more rights.

Source: Rhino Security Labs, "AWS IAM Privilege Escalation - Methods and Mitigation", and AWS IAM User Guide, "Granting a user
permissions to pass a role to an AWS service".
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Path:
    """Actions that together open a way."""

    actions: tuple[str, ...]
    gains: str
    """What it comes to, after "the role can"."""
    service: str = ""
    """Service that the role is passed to, where one is."""

    def __str__(self) -> str:
        return " and ".join(self.actions)


def _pass_to(service: str, *actions: str) -> Path:
    return Path(("iam:PassRole", *actions), "run code as any role", service)


PATHS: Final = (
    Path(("iam:CreatePolicyVersion",), "rewrite any policy"),
    Path(("iam:SetDefaultPolicyVersion",), "bring back any older policy"),
    Path(("iam:AttachUserPolicy",), "attach any policy to a user"),
    Path(("iam:AttachGroupPolicy",), "attach any policy to a group"),
    Path(("iam:AttachRolePolicy",), "attach any policy to a role"),
    Path(("iam:PutUserPolicy",), "write any policy for a user"),
    Path(("iam:PutGroupPolicy",), "write any policy for a group"),
    Path(("iam:PutRolePolicy",), "write any policy for a role"),
    Path(("iam:AddUserToGroup",), "join any group"),
    Path(("iam:CreateAccessKey",), "make keys of any user"),
    Path(("iam:CreateLoginProfile",), "give any user a password"),
    Path(("iam:UpdateLoginProfile",), "change any user's password"),
    Path(("iam:UpdateAssumeRolePolicy",), "let itself into any role"),
    Path(("iam:DeleteRolePermissionsBoundary",), "take the boundary off any role"),
    Path(("iam:PutRolePermissionsBoundary",), "change the boundary of any role"),
    Path(("iam:DeleteUserPermissionsBoundary",), "take the boundary off any user"),
    Path(("iam:PutUserPermissionsBoundary",), "change the boundary of any user"),
    Path(("sts:AssumeRole",), "assume every role that trusts the account"),
    Path(("lambda:UpdateFunctionCode",), "run code as any function's role"),
    Path(("lambda:UpdateFunctionConfiguration",), "slip a layer into any function"),
    Path(("ssm:SendCommand",), "run commands on any instance"),
    Path(("ssm:StartSession",), "open a shell on any instance"),
    Path(("glue:UpdateDevEndpoint",), "run code as any endpoint's role"),
    Path(("cloudformation:UpdateStack",), "change resources as any stack's role"),
    Path(("codebuild:UpdateProject", "codebuild:StartBuild"), "run code as any project's role"),
    Path(("states:UpdateStateMachine", "states:StartExecution"), "call AWS as any state machine's role"),
    Path(("sagemaker:CreatePresignedNotebookInstanceUrl",), "open any notebook"),
    _pass_to("ec2.amazonaws.com", "ec2:RunInstances"),
    _pass_to("ec2.amazonaws.com", "ec2:AssociateIamInstanceProfile"),
    _pass_to("lambda.amazonaws.com", "lambda:CreateFunction", "lambda:InvokeFunction"),
    _pass_to("lambda.amazonaws.com", "lambda:CreateFunction", "lambda:AddPermission"),
    _pass_to("lambda.amazonaws.com", "lambda:CreateFunction", "lambda:CreateEventSourceMapping"),
    _pass_to("glue.amazonaws.com", "glue:CreateDevEndpoint"),
    _pass_to("glue.amazonaws.com", "glue:CreateJob", "glue:StartJobRun"),
    _pass_to("glue.amazonaws.com", "glue:UpdateJob", "glue:StartJobRun"),
    _pass_to("cloudformation.amazonaws.com", "cloudformation:CreateStack"),
    _pass_to("datapipeline.amazonaws.com", "datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition"),
    _pass_to("codebuild.amazonaws.com", "codebuild:CreateProject", "codebuild:StartBuild"),
    _pass_to("sagemaker.amazonaws.com", "sagemaker:CreateNotebookInstance"),
    _pass_to("sagemaker.amazonaws.com", "sagemaker:CreateProcessingJob"),
    _pass_to("sagemaker.amazonaws.com", "sagemaker:CreateTrainingJob"),
    _pass_to("ecs-tasks.amazonaws.com", "ecs:RegisterTaskDefinition", "ecs:RunTask"),
    _pass_to("ecs-tasks.amazonaws.com", "ecs:RegisterTaskDefinition", "ecs:CreateService"),
    _pass_to("ecs-tasks.amazonaws.com", "ecs:RegisterTaskDefinition", "ecs:UpdateService"),
    _pass_to("states.amazonaws.com", "states:CreateStateMachine", "states:StartExecution"),
    _pass_to("batch.amazonaws.com", "batch:RegisterJobDefinition", "batch:SubmitJob"),
    _pass_to("scheduler.amazonaws.com", "scheduler:CreateSchedule"),
    _pass_to("pipes.amazonaws.com", "pipes:CreatePipe"),
    _pass_to("ssm.amazonaws.com", "ssm:StartAutomationExecution"),
    _pass_to("apprunner.amazonaws.com", "apprunner:CreateService"),
)
"""Every way, each action on whatever resource there is."""
