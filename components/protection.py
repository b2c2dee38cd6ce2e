"""The options that keep a data-bearing resource; `marquee.domain.data_bearing` lists the types."""

from pulumi import Resource, ResourceOptions


def data_opts(parent: Resource, *, keep_data: bool, provider: Resource | None = None) -> ResourceOptions:
    """Options of a data-bearing child: kept by `pulumi destroy` and by a replacement if `keep_data`, else gone with the stack."""
    return ResourceOptions(parent=parent, provider=provider, protect=keep_data, retain_on_delete=keep_data)  # pyright: ignore[reportArgumentType]
