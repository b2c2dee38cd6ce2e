"""Uniform resource names, as the real engine builds them: `urn:pulumi:<stack>::<project>::<parent types$type>::<name>`."""

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_PREFIX = "pulumi:providers:"


def make_urn(*, stack: str, project: str, parent: str, type: str, name: str) -> str:
    """The URN of a resource. The types of all its ancestors but the stack precede its own."""
    ancestors = qualified_type(parent) if parent else ""
    qualified = type if ancestors in ("", STACK_TYPE) else f"{ancestors}${type}"
    return f"urn:pulumi:{stack}::{project}::{qualified}::{name}"


def qualified_type(urn: str) -> str:
    """`a:b:C$d:e:F` of a URN."""
    return urn.split("::", 3)[2]


def name_of(urn: str) -> str:
    """The logical name: all that follows the third `::`, which may itself hold `::`."""
    return urn.split("::", 3)[3]


def package_of(token: str) -> str:
    """The package that serves a type or function token: `aws` of both `aws:s3/bucket:Bucket` and `pulumi:providers:aws`."""
    return token.removeprefix(PROVIDER_PREFIX) if token.startswith(PROVIDER_PREFIX) else token.split(":", 1)[0]
