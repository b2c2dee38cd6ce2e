"""Fetches what is published through the edge."""

import json
from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, ResourceOptions

from components.compute.function import CRYPTOGRAPHY, LambdaFunction, LambdaFunctionArgs
from components.refs import Placement, QueueRef
from components.storage.secret import read_secrets
from marquee.domain import titles

_SEGMENTS = 3
"""Of each stream: what a player asks for before it shows a picture."""


@dataclass(frozen=True, kw_only=True)
class PrefetchArgs:
    """Arguments of `Prefetch`."""

    placement: Placement
    bus: Input[str]
    """Name of the platform's bus in this region, once it exists."""
    media_host: str
    dead_letters: QueueRef


class Prefetch(ComponentResource):
    """A region's rule for titles published there, and the function that fetches as a player would, with access for minutes."""

    def __init__(self, name: str, args: PrefetchArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:edge:Prefetch", name, {}, opts)
        child = ResourceOptions(parent=self)
        place = args.placement
        function = LambdaFunction(
            name,
            LambdaFunctionArgs(
                placement=place,
                workload="prefetch",
                handler="runtime.prefetch.handler.handler",
                packages=CRYPTOGRAPHY,
                compiled=True,
                statements=read_secrets(place, "token-keys", "cookie-keys"),
                dead_letters=args.dead_letters,
                environment={
                    "MEDIA_HOST": args.media_host,
                    "TOKEN_KEYS": place.names.secret("token-keys"),
                    "COOKIE_KEYS": place.names.secret("cookie-keys"),
                    "SEGMENTS": str(_SEGMENTS),
                },
                memory_mb=512,
                timeout_seconds=300,
            ),
            opts=child,
        )
        rule = aws.cloudwatch.EventRule(
            name,
            name=place.names.event_rule("prefetch"),
            event_bus_name=args.bus,
            description="Titles that play from now on",
            event_pattern=json.dumps({"source": [titles.EVENT_SOURCE], "detail-type": [titles.PUBLISHED_EVENT]}),
            opts=child,
        )
        permission = function.let_in(name, "events", source_arn=rule.arn, opts=child)
        aws.cloudwatch.EventTarget(
            name,
            rule=rule.name,
            event_bus_name=args.bus,
            target_id="prefetch",
            arn=function.ready,
            retry_policy={"maximum_event_age_in_seconds": 3600, "maximum_retry_attempts": 3},  # later the first viewers have done it
            dead_letter_config={"arn": args.dead_letters.ready},
            opts=ResourceOptions(parent=self, depends_on=[permission]),
        )
        self.register_outputs({})
