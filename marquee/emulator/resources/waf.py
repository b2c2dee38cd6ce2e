"""Web ACLs, what they protect, and where they log."""

from marquee.emulator.resources.context import Aws, Made
from marquee.emulator.resources.inputs import Inputs
from marquee.emulator.resources.registry import creates


@creates("aws:wafv2/webAcl:WebAcl")
def web_acl(aws: Aws, given: Inputs) -> Made:
    """A web ACL. The emulator keeps its rules; it does not apply them to requests."""
    made = aws.call("wafv2", "create_web_acl", given, Name=aws.physical(given))["Summary"]
    return made["Id"], {"arn": made["ARN"], "lockToken": made["LockToken"], "capacity": 0}


@creates("aws:wafv2/webAclAssociation:WebAclAssociation")
def web_acl_association(aws: Aws, given: Inputs) -> Made:
    """Puts a web ACL before a load balancer; the provider forms the id of both ARNs."""
    aws.call("wafv2", "associate_web_acl", given)
    return f"{given['webAclArn']},{given['resourceArn']}", {}


@creates("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration")
def web_acl_logging(aws: Aws, given: Inputs) -> Made:
    """Where a web ACL writes its decisions; the id is the ACL's ARN."""
    aws.call("wafv2", "put_logging_configuration", given, into="LoggingConfiguration")
    return str(given["resourceArn"]), {}
