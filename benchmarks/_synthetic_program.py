"""A Pulumi program of many small components, to measure an engine with: as a real one nests, refers, applies and exports."""

from pathlib import Path

PROGRAM = '''
import json

import pulumi
import pulumi_aws as aws


class Unit(pulumi.ComponentResource):
    """Twelve resources that refer to each other."""

    def __init__(self, name, opts):
        super().__init__("bench:unit:Unit", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        tags = {"Name": name, "Owner": "bench", "CostCentre": "1234"}
        key = aws.kms.Key(name, description=name, enable_key_rotation=True, tags=tags, opts=child)
        bucket = aws.s3.Bucket(name, bucket=f"bench-{name}", tags=tags, opts=child)
        aws.s3.BucketServerSideEncryptionConfiguration(name, bucket=bucket.id, opts=child, rules=[{
            "bucket_key_enabled": True,
            "apply_server_side_encryption_by_default": {"sse_algorithm": "aws:kms", "kms_master_key_id": key.arn}}])
        aws.s3.BucketPublicAccessBlock(name, bucket=bucket.id, block_public_acls=True, block_public_policy=True,
                                       ignore_public_acls=True, restrict_public_buckets=True, opts=child)
        aws.s3.BucketPolicy(name, bucket=bucket.id, opts=child, policy=bucket.arn.apply(lambda arn: json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": [arn, arn + "/*"]}]})))
        role = aws.iam.Role(name, name=f"bench-{name}", tags=tags, opts=child, assume_role_policy=json.dumps(
            {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole"}]}))
        dead = aws.sqs.Queue(f"{name}-dead", kms_master_key_id=key.arn, tags=tags, opts=child)
        queue = aws.sqs.Queue(name, kms_master_key_id=key.arn, tags=tags, opts=child, redrive_policy=dead.arn.apply(
            lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})))
        aws.iam.RolePolicy(name, role=role.id, opts=child, policy=pulumi.Output.all(bucket.arn, queue.arn, key.arn).apply(
            lambda arns: json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": arns}]})))
        logs = aws.cloudwatch.LogGroup(name, name=f"/bench/{name}", retention_in_days=30, kms_key_id=key.arn, tags=tags, opts=child)
        function = aws.lambda_.Function(
            name, name=f"bench-{name}", role=role.arn, handler="main.handler", runtime="python3.11", memory_size=256, timeout=30,
            code=pulumi.AssetArchive({"main.py": pulumi.StringAsset("def handler(event, context): ...")}),
            environment={"variables": {"BUCKET": bucket.bucket, "QUEUE": queue.url}}, tags=tags, kms_key_arn=key.arn,
            tracing_config={"mode": "Active"}, dead_letter_config={"target_arn": dead.arn},
            logging_config={"log_format": "JSON", "log_group": logs.name}, opts=child)
        self.function_arn = function.arn
        self.register_outputs({"function_arn": function.arn, "bucket": bucket.bucket})


provider = aws.Provider("primary", region="eu-west-1", default_tags={"tags": {"Project": "bench"}})
units = [Unit(f"unit-{number}", pulumi.ResourceOptions(providers=[provider])) for number in range(UNITS)]
pulumi.export("functions", [unit.function_arn for unit in units])
'''


def write_project(directory: Path, units: int = 50) -> None:
    """Write a project with a stack `dev` into `directory`: twelve resources a unit, and two more."""
    (directory / "Pulumi.yaml").write_text("name: bench\nruntime: python\n")
    (directory / "Pulumi.dev.yaml").write_text("config:\n  pulumi:disable-default-providers: [aws]\n")
    (directory / "__main__.py").write_text(PROGRAM.replace("UNITS", str(units)))
