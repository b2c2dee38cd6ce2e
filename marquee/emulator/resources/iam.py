"""IAM: roles, their policies, and identity providers. Its resources are the account's, of no region."""

from marquee.emulator.resources.context import Aws, Made, Outputs
from marquee.emulator.resources.fit import pick
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates, reads


@creates("aws:iam/role:Role")
def role(aws: Aws, given: Inputs) -> Made:
    """A role; its id is its name."""
    name = aws.physical(given)
    aws.call("iam", "create_role", given, rename={"assumeRolePolicy": "AssumeRolePolicyDocument"}, RoleName=name)
    return name, role_state(aws, name)


@reads("aws:iam/role:Role")
def role_state(aws: Aws, id: str) -> Outputs:
    """A role as IAM describes it."""
    found = aws.client("iam").get_role(RoleName=id)["Role"]
    return {
        **pick(found, "Path", name="RoleName", arn="Arn", uniqueId="RoleId", description="Description"),
        "createDate": found["CreateDate"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "maxSessionDuration": found.get("MaxSessionDuration", 3600),
    }


@creates("aws:iam/rolePolicy:RolePolicy")
def role_policy(aws: Aws, given: Inputs) -> Made:
    """An inline policy, `role:name`."""
    name = aws.physical(given)
    rename = {"policy": "PolicyDocument", "role": "RoleName"}
    aws.call("iam", "put_role_policy", given, rename=rename, PolicyName=name)
    return f"{given['role']}:{name}", {"name": name}


@creates("aws:iam/policy:Policy")
def policy(aws: Aws, given: Inputs) -> Made:
    """A managed policy; its id is its ARN."""
    name = aws.physical(given)
    made = aws.call("iam", "create_policy", given, rename={"policy": "PolicyDocument"}, PolicyName=name)["Policy"]
    return made["Arn"], {"name": name, **pick(made, "PolicyId", "Path", "AttachmentCount", arn="Arn")}


@creates("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
def role_policy_attachment(aws: Aws, given: Inputs) -> Made:
    """A managed policy on a role."""
    aws.call("iam", "attach_role_policy", given, rename={"role": "RoleName"})
    return f"{given['role']}/{given['policyArn']}", {}


@creates("aws:iam/openIdConnectProvider:OpenIdConnectProvider")
def open_id_connect_provider(aws: Aws, given: Inputs) -> Made:
    """An identity provider of the account; its id is its ARN."""
    rename = {"clientIdLists": "ClientIDList", "thumbprintLists": "ThumbprintList"}
    arn = aws.call("iam", "create_open_id_connect_provider", given, rename=rename)["OpenIDConnectProviderArn"]
    found = aws.client("iam").get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    return arn, {"arn": arn, "url": found["Url"].removeprefix("https://"), "thumbprintLists": found.get("ThumbprintList", [])}


@creates("aws:iam/instanceProfile:InstanceProfile")
def instance_profile(aws: Aws, given: Inputs) -> Made:
    """A profile that hands one role to EC2 instances."""
    name = aws.physical(given)
    made = aws.call("iam", "create_instance_profile", given, InstanceProfileName=name)["InstanceProfile"]
    if "role" in given:
        aws.client("iam").add_role_to_instance_profile(InstanceProfileName=name, RoleName=given["role"])
    return name, {"name": name, **pick(made, "Path", arn="Arn", uniqueId="InstanceProfileId")}
