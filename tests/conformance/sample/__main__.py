"""A small program with one of each thing that the way to Terraform must get right."""

import json

import pulumi
import pulumi_aws as aws

home = aws.Provider("home", region="eu-west-1", allowed_account_ids=["111122223333"], default_tags={"tags": {"Application": "sample"}})
at_home = pulumi.ResourceOptions(provider=home)

vpc = aws.ec2.Vpc("network", cidr_block="10.0.0.0/16", tags={"Name": "network"}, opts=at_home)
subnets = [
    aws.ec2.Subnet(f"subnet-{zone}", vpc_id=vpc.id, cidr_block=f"10.0.{index}.0/24", availability_zone=f"eu-west-1{zone}", opts=at_home)
    for index, zone in enumerate("ab")
]
group = aws.ec2.SecurityGroup(
    "web",
    vpc_id=vpc.id,
    description="web",
    ingress=[{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": [vpc.cidr_block]}],
    opts=at_home,
)
key = aws.kms.Key("key", description="sample", enable_key_rotation=True, opts=at_home)
far_key = aws.kms.Key("far-key", description="sample, far away", region="eu-central-1", opts=at_home)
bucket = aws.s3.Bucket("data", bucket="sample-data-111122223333", opts=at_home)
aws.s3.BucketServerSideEncryptionConfiguration(
    "data",
    bucket=bucket.id,
    rules=[
        {
            "bucket_key_enabled": True,
            "apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": key.arn},
        }
    ],
    opts=at_home,
)
aws.s3.BucketPolicy(
    "data",
    bucket=bucket.id,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "HomesOnly",
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "s3:GetObject",
                    "NotResource": pulumi.Output.concat(bucket.arn, "/home/${aws:username}/*"),
                }
            ],
        }
    ),
    opts=at_home,
)
role = aws.iam.Role(
    "worker",
    name="sample-worker",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
        }
    ),
    opts=at_home,
)
aws.lambda_.Function(
    "worker",
    name="sample-worker",
    role=role.arn,
    runtime="python3.13",
    handler="index.handler",
    code=pulumi.AssetArchive({"index.py": pulumi.StringAsset("def handler(event, context): ...\n")}),
    environment={"variables": {"bucketName": bucket.bucket, "KEY": key.arn, "%{if}": "text"}},
    opts=pulumi.ResourceOptions(provider=home, ignore_changes=["sourceCodeHash"]),
)
aws.sqs.Queue("jobs", visibility_timeout_seconds=30, opts=pulumi.ResourceOptions(provider=home, depends_on=[group]))
aws.ssm.Parameter("token", name="/sample/token", type="SecureString", value=pulumi.Output.secret("open-sesame"), opts=at_home)
certificate = aws.acm.Certificate("site", domain_name="sample.example.org", validation_method="DNS", opts=at_home)
zone = aws.route53.Zone("site", name="sample.example.org", opts=at_home)
option = certificate.domain_validation_options[0]
aws.route53.Record(
    "proof",
    zone_id=zone.zone_id,
    name=option.resource_record_name,
    type=option.resource_record_type,
    records=[option.resource_record_value],
    ttl=300,
    opts=at_home,
)
here = aws.get_region_output(opts=pulumi.InvokeOptions(provider=home))
aws.cloudwatch.LogGroup("logs", name=pulumi.Output.concat("/sample/", here.region), opts=at_home)
pulumi.export("bucket", bucket.arn)
