"""Pulumi type tokens and the provider's type names: one rule, and a table of what the rule cannot know.

Pulumi regrouped the provider's types into modules and renamed some. `aws:s3/bucketPolicy:BucketPolicy` is `aws_s3_bucket_policy` by rule.
Compared without underscores, since `Ipv4` or `Fsx` give no hint of where the provider puts them.
"""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Final

PREFIXES: Final[Mapping[str, tuple[str, ...]]] = {
    "amp": ("prometheus",),
    "bcmdata": ("bcmdataexports",),
    "cfg": ("config", "configconfiguration", "configconfig"),
    "cloudcontrol": ("cloudcontrolapi",),
    "cloudformation": ("cloudformation", ""),
    "controltower": ("controltower", ""),
    "costexplorer": ("ce",),
    "datasync": ("datasync", "datasynclocation"),
    "directconnect": ("dx",),
    "ec2": ("ec2", "", "vpc"),
    "ec2transitgateway": ("ec2transitgateway", "ec2"),
    "elb": ("elb", "", "lb"),
    "index": ("",),
    "macie": ("macie2",),
    "opensearchingest": ("osis",),
    "rds": ("rds", "db", "dbinstance"),
    "resourceexplorer": ("resourceexplorer2",),
    "route53recoverycontrol": ("route53recoverycontrolconfig",),
    "s3": ("s3", "s3bucket"),
    "sns": ("sns", "snstopic"),
    "sqs": ("sqs", "sqsqueue"),
}
"""Module → what stands before the type's name in the provider, in the order of trial. A module that is missing stands for itself."""

RENAMED: Final[Mapping[str, str]] = {
    "aws:account/alternativeContact:AlternativeContact": "aws_account_alternate_contact",
    "aws:alb/loadBalancer:LoadBalancer": "aws_alb",
    "aws:apigateway/response:Response": "aws_api_gateway_gateway_response",
    "aws:appconfig/eventIntegration:EventIntegration": "aws_appintegrations_event_integration",
    "aws:autoscaling/tag:Tag": "aws_autoscaling_group_tag",
    "aws:cloudtrail/trail:Trail": "aws_cloudtrail",
    "aws:cloudwatch/internetMonitor:InternetMonitor": "aws_internetmonitor_monitor",
    "aws:codeartifact/domainPermissions:DomainPermissions": "aws_codeartifact_domain_permissions_policy",
    "aws:codedeploy/application:Application": "aws_codedeploy_app",
    "aws:codepipeline/pipeline:Pipeline": "aws_codepipeline",
    "aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment": "aws_cognito_identity_pool_roles_attachment",
    "aws:datasync/efsLocation:EfsLocation": "aws_datasync_location_efs",
    "aws:datasync/locationFsxLustre:LocationFsxLustre": "aws_datasync_location_fsx_lustre_file_system",
    "aws:datasync/locationFsxWindows:LocationFsxWindows": "aws_datasync_location_fsx_windows_file_system",
    "aws:datasync/nfsLocation:NfsLocation": "aws_datasync_location_nfs",
    "aws:datasync/s3Location:S3Location": "aws_datasync_location_s3",
    "aws:directconnect/hostedTransitVirtualInterfaceAcceptor:HostedTransitVirtualInterfaceAcceptor": (
        "aws_dx_hosted_transit_virtual_interface_accepter"
    ),
    "aws:directconnect/linkAggregationGroup:LinkAggregationGroup": "aws_dx_lag",
    "aws:directoryservice/serviceRegion:ServiceRegion": "aws_directory_service_region",
    "aws:ec2/dedicatedHost:DedicatedHost": "aws_ec2_host",
    "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment": "aws_network_interface_sg_attachment",
    "aws:ec2/securityGroupAssociation:SecurityGroupAssociation": "aws_vpc_endpoint_security_group_association",
    "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple": "aws_vpc_endpoint_service_allowed_principal",
    "aws:elb/listenerPolicy:ListenerPolicy": "aws_load_balancer_listener_policy",
    "aws:elb/loadBalancer:LoadBalancer": "aws_elb",
    "aws:elb/loadBalancerCookieStickinessPolicy:LoadBalancerCookieStickinessPolicy": "aws_lb_cookie_stickiness_policy",
    "aws:iam/sshKey:SshKey": "aws_iam_user_ssh_key",
    "aws:lb/loadBalancer:LoadBalancer": "aws_lb",
    "aws:licensemanager/licenseGrant:LicenseGrant": "aws_licensemanager_grant",
    "aws:licensemanager/licenseGrantAccepter:LicenseGrantAccepter": "aws_licensemanager_grant_accepter",
    "aws:lightsail/disk_attachment:Disk_attachment": "aws_lightsail_disk_attachment",
    "aws:location/routeCalculation:RouteCalculation": "aws_location_route_calculator",
    "aws:rds/instanceDesiredState:InstanceDesiredState": "aws_rds_instance_state",
    "aws:s3/bucketObjectv2:BucketObjectv2": "aws_s3_object",
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": "aws_s3_bucket_replication_configuration",
    "aws:serverlessrepository/cloudFormationStack:CloudFormationStack": "aws_serverlessapplicationrepository_cloudformation_stack",
    "aws:ses/mailFrom:MailFrom": "aws_ses_domain_mail_from",
    "aws:storagegateway/cachesIscsiVolume:CachesIscsiVolume": "aws_storagegateway_cached_iscsi_volume",
}
"""Types whose names the rule cannot derive."""


def terraform_type(token: str, known: Collection[str]) -> str | None:
    """The provider's name of the type `token`, one of `known`; None if the provider has no such type.

    Pulumi registers several S3 types twice, with and without `V2`; both are one type of the provider.
    """
    if token in RENAMED:
        return RENAMED[token] if RENAMED[token] in known else None
    try:
        package, path, name = token.split(":")
    except ValueError:
        return None
    if package != "aws":
        return None
    module, name = path.partition("/")[0].lower(), name.lower()
    by_squashed = _squashed(frozenset(known))
    for plain in (name, name.removesuffix("v2")) if module == "s3" else (name,):
        for prefix in PREFIXES.get(module, (module,)):
            if found := by_squashed.get(f"aws{prefix}{plain}"):
                return found
    return None


@cache
def _squashed(known: frozenset[str]) -> Mapping[str, str]:
    return {name.replace("_", ""): name for name in known}
