"""A DynamoDB table: on demand, encrypted by a key of ours, restorable, replicated where asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.identity.statement import Statement, allow, through
from components.protection import data_opts
from components.refs import TableRef


@dataclass(frozen=True, kw_only=True)
class Index:
    """A global secondary index that projects every attribute."""

    name: str
    partition_key: str
    sort_key: str | None = None


@dataclass(frozen=True, kw_only=True)
class TableArgs:
    """Arguments of `Table`. Every key attribute is a string."""

    table_name: str
    account: str
    region: str
    """Where the table itself is; `replicas` are beside it."""
    partition_key: str
    sort_key: str | None = None
    indexes: Sequence[Index] = ()
    key_arns: Mapping[str, Input[str]] = field(default_factory=dict[str, Input[str]])
    """Region → key ARN there: the table's own region, and one entry for each replica."""
    ttl_attribute: str | None = None
    keep_data: bool


class Table(ComponentResource):
    """A table that is a global table as soon as `key_arns` names a second region.

    Streams are always on: a replica needs them, and turning them on later would change a table in use.
    """

    refs: Mapping[str, TableRef]
    """Region → the table there."""
    stream_arn: Output[str]

    def __init__(self, name: str, args: TableArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:storage:Table", name, {}, opts)
        keys = [key for key in (args.partition_key, args.sort_key) if key]
        indexed = [key for index in args.indexes for key in (index.partition_key, index.sort_key) if key]
        table = aws.dynamodb.Table(
            name,
            name=args.table_name,
            billing_mode="PAY_PER_REQUEST",
            hash_key=args.partition_key,
            range_key=args.sort_key,
            attributes=[{"name": key, "type": "S"} for key in sorted({*keys, *indexed})],
            global_secondary_indexes=[
                {"name": index.name, "hash_key": index.partition_key, "range_key": index.sort_key, "projection_type": "ALL"}
                if index.sort_key
                else {"name": index.name, "hash_key": index.partition_key, "projection_type": "ALL"}
                for index in args.indexes
            ],
            stream_enabled=True,
            stream_view_type="NEW_AND_OLD_IMAGES",
            server_side_encryption={"enabled": True, "kms_key_arn": args.key_arns[args.region]},
            point_in_time_recovery={"enabled": True},
            deletion_protection_enabled=args.keep_data,
            ttl={"attribute_name": args.ttl_attribute, "enabled": True} if args.ttl_attribute else None,
            replicas=[
                {
                    "region_name": region,
                    "kms_key_arn": key_arn,
                    "point_in_time_recovery": True,
                    "deletion_protection_enabled": args.keep_data,
                    "propagate_tags": True,
                }
                for region, key_arn in args.key_arns.items()
                if region != args.region
            ],
            opts=data_opts(self, keep_data=args.keep_data),
        )
        self.refs = {
            region: TableRef(
                name=args.table_name,
                arn=f"arn:aws:dynamodb:{region}:{args.account}:table/{args.table_name}",
                key_arn=key_arn,
                key_attributes=tuple(keys),
            )
            for region, key_arn in args.key_arns.items()
        }
        self.stream_arn = table.stream_arn
        self.register_outputs({"stream_arn": self.stream_arn})


def use_table(ref: TableRef, *actions: str, region: str) -> tuple[Statement, ...]:
    """Statements for item actions such as `dynamodb:PutItem` on the table in `region`, and for its key through DynamoDB alone."""
    return allow(*actions, on=ref.arn), allow("kms:Decrypt", "kms:DescribeKey", on=ref.key_arn, when=through("dynamodb", region))
