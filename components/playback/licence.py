"""A region's licence endpoint, where the stack file asks for one: keys in the clear for entitled sessions."""

from dataclasses import dataclass

from pulumi import ComponentResource, ResourceOptions

from components.compute.function import LambdaFunction, LambdaFunctionArgs
from components.identity.statement import allow
from components.playback.api import Route
from components.refs import Placement, QueueRef, TableRef
from components.storage.table import use_table


@dataclass(frozen=True, kw_only=True)
class LicenceArgs:
    """Arguments of `Licence`."""

    placement: Placement
    content_keys: TableRef
    """The index of content keys."""
    dead_letters: QueueRef


class Licence(ComponentResource):
    """One function that makes keys again from their ids. It stores none, and the region's API stands before it."""

    routes: tuple[Route, ...]

    def __init__(self, name: str, args: LicenceArgs, opts: ResourceOptions | None = None):
        super().__init__("marquee:playback:Licence", name, {}, opts)
        place = args.placement
        function = LambdaFunction(
            name,
            LambdaFunctionArgs(
                placement=place,
                workload="licence",
                handler="runtime.licence.handler.handler",
                statements=[
                    *use_table(args.content_keys, "dynamodb:BatchGetItem", region=place.region),
                    allow("kms:GenerateMac", on=place.keys.content),
                ],
                dead_letters=args.dead_letters,
                environment={"CONTENT_KEYS": args.content_keys.name, "CONTENT_KEY_ARN": place.keys.content},
                memory_mb=512,
            ),
            opts=ResourceOptions(parent=self),
        )
        self.routes = (
            Route(key="POST /licence/clearkey", authoriser="session", function=function),
            Route(key="GET /licence/hls/{key}", authoriser="session", function=function),
        )
        self.register_outputs({})
