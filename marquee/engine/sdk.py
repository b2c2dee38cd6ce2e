# pyright: reportPrivateUsage=false
# ruff: noqa: SLF001
"""What a provider's Python SDK declares about its types. The one place that reads the Pulumi SDK's private tables.

A type token leads to its class through the modules that the provider SDK registers when it is imported; the class and its
`…Args` carry the properties as type hints, under the wire's names.
"""

import functools
import importlib
import importlib.util
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any, cast

from pulumi import _types
from pulumi.runtime import rpc

from marquee.engine.urns import PROVIDER_PREFIX, package_of


@functools.cache
def resource_class(token: str) -> type | None:
    """The SDK's class of a type token; None if no installed SDK knows the token."""
    _import_sdk(package_of(token))
    if token.startswith(PROVIDER_PREFIX):
        infos = [getattr(package, "pkg_info", {}) for package in rpc._RESOURCE_PACKAGES.get(package_of(token), [])]
        names = [(info["fqn"], info["class"]) for info in infos if info.get("token") == token]
    else:
        package, _, rest = token.partition(":")
        module = rest.partition(":")[0]
        infos = [getattr(found, "mod_info", {}) for found in rpc._RESOURCE_MODULES.get(f"{package}:{module}", [])]
        names = [(info["fqn"], info["classes"][token]) for info in infos if token in info.get("classes", {})]
    if not names:
        return None
    fqn, name = names[0]
    return cast("type", getattr(importlib.import_module(fqn), name))


@functools.cache
def args_class(token: str) -> type | None:
    """The class of a resource's inputs.

    It is looked up beside the resource's class, since a package may also export a nested type called `…Args`; where both would
    have the same name, the generator calls it `…InitArgs`.
    """
    cls = resource_class(token)
    if cls is None:
        return None
    beside = vars(sys.modules[cls.__module__])
    return beside.get(f"{cls.__name__}InitArgs") or beside.get(f"{cls.__name__}Args")


@functools.cache
def output_types(token: str) -> Mapping[str, Any]:
    """Wire name → type hint of every property that the resource has once it exists; empty for an unknown token."""
    cls = resource_class(token)
    return _types.resource_types(cls) if cls else {}


@functools.cache
def computed_names(token: str) -> tuple[str, ...]:
    """Properties that only the provider sets: outputs that are no inputs. Sorted."""
    args = args_class(token)
    return tuple(sorted(set(output_types(token)) - set(input_types(args)))) if args else ()


@functools.cache
def function_result(token: str) -> type | None:
    """The class of a function's answer, found by its name in the SDK; None if it is not there."""
    package, _, rest = token.partition(":")
    module, _, name = rest.partition(":")
    root = _import_sdk(package)
    area = module.partition("/")[0]
    result = f"{name[:1].upper()}{name[1:]}Result"
    places = [getattr(root, area, None), getattr(root, f"{area}_", None), root]  # `lambda_`: a word of Python has a line below it
    return next((getattr(place, result) for place in places if hasattr(place, result)), None)


def input_types(cls: type) -> Mapping[str, Any]:
    """Wire name → type hint of an input class, `Input` and `Optional` taken off the outside."""
    return cast("Mapping[str, Any]", _types.input_type_types(cls))


def result_types(cls: type) -> Mapping[str, Any]:
    """Wire name → type hint of an output class."""
    return cast("Mapping[str, Any]", _types.output_type_types(cls))


def required_names(cls: type) -> frozenset[str]:
    """Wire names of the properties that must be given."""
    return _types._required_property_names(cls)


def python_names(cls: type) -> Mapping[str, str]:
    """Python name → wire name of an input class."""
    return _types.input_type_py_to_pulumi_names(cls)


def is_input(hint: object) -> bool:
    """True for a generated input class."""
    return isinstance(hint, type) and _types.is_input_type(hint)


def is_output(hint: object) -> bool:
    """True for a generated output class."""
    return isinstance(hint, type) and _types.is_output_type(hint)


@functools.cache
def _import_sdk(package: str) -> ModuleType | None:
    name = f"pulumi_{package}"
    return importlib.import_module(name) if name in sys.modules or importlib.util.find_spec(name) else None
