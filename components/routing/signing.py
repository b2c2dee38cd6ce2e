"""DNSSEC of the public zone."""

import json
from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, Output, ResourceOptions

from components.keys.policy import ADMINISTER
from components.protection import data_opts
from components.refs import ZoneRef

_SIGN = ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"]


class ZoneSigning(ComponentResource):
    """Signs the zone with a key of our own. Give it the provider of us-east-1: Route 53 takes a signing key from nowhere else.

    The key outlives a mistake (30 days): a zone whose DS record stands at the registrar and whose key is gone resolves for nobody.
    Source: Amazon Route 53 Developer Guide, "Enabling DNSSEC signing and establishing a chain of trust".
    """

    ds_record: Output[str]
    """For the registrar of the domain."""

    def __init__(self, name: str, *, zone: ZoneRef, account: str, keep_data: bool, opts: ResourceOptions | None = None):
        super().__init__("marquee:routing:ZoneSigning", name, {}, opts)
        child = ResourceOptions(parent=self)
        key = aws.kms.Key(
            name,
            description=f"DNSSEC of {zone.domain}",
            key_usage="SIGN_VERIFY",
            customer_master_key_spec="ECC_NIST_P256",  # the one kind that Route 53 signs with
            policy=_policy(account),
            deletion_window_in_days=30,
            opts=data_opts(self, keep_data=keep_data),
        )
        signing = aws.route53.KeySigningKey(
            name, hosted_zone_id=zone.id, key_management_service_arn=key.arn, name="marquee", status="ACTIVE", opts=child
        )
        aws.route53.HostedZoneDnsSec(
            name, hosted_zone_id=zone.id, signing_status="SIGNING", opts=ResourceOptions(parent=self, depends_on=[signing])
        )
        self.ds_record = signing.ds_record
        self.register_outputs({"ds_record": self.ds_record})


def _policy(account: str) -> str:
    """The account administers; Route 53 signs, for this account's zones alone."""
    service: dict[str, Any] = {"Effect": "Allow", "Principal": {"Service": "dnssec-route53.amazonaws.com"}, "Resource": "*"}
    ours = {"StringEquals": {"aws:SourceAccount": account}, "ArnLike": {"aws:SourceArn": "arn:aws:route53:::hostedzone/*"}}
    root = {"AWS": f"arn:aws:iam::{account}:root"}
    statements = [
        {"Sid": "Administer", "Effect": "Allow", "Principal": root, "Action": list(ADMINISTER), "Resource": "*"},
        {**service, "Sid": "Sign", "Action": _SIGN, "Condition": ours},
        {
            **service,
            "Sid": "Grant",
            "Action": ["kms:CreateGrant"],
            "Condition": {**ours, "Bool": {"kms:GrantIsForAWSResource": "true"}},
        },
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
