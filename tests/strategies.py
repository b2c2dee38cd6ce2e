"""Configurations for tests: two small valid ones, a way to edit them, and hypothesis strategies of valid and of broken ones."""

import copy
import re
from typing import Any

from hypothesis import strategies as st

from marquee.domain.regions import LACKING, ZONES

Raw = dict[str, Any]
DELETE = object()
"""As a value for `edit`: take the key or item away."""


def starter() -> Raw:
    """The smallest configuration of profile starter."""
    return {
        "profile": "starter",
        "identity": {"name": "marquee", "domain": "media.example.org", "owner": "team", "cost_centre": "cc-1"},
        "accounts": {"workload": "111122223333"},
        "regions": [{"name": "eu-west-1", "cidr": "10.20.0.0/16", "role": "primary"}],
    }


def mature() -> Raw:
    """The smallest configuration of profile mature."""
    return starter() | {
        "profile": "mature",
        "regions": [
            {"name": "eu-west-1", "cidr": "10.20.0.0/16", "role": "primary"},
            {"name": "us-east-1", "cidr": "10.21.0.0/16", "role": "active"},
        ],
        "observability": {"alarm_email": "oncall@example.org"},
    }


def existing(region_names: list[str], zones: int = 2) -> Raw:
    """The section `network` for VPCs that exist already in `region_names`."""
    ids = iter(f"subnet-{number:08x}" for number in range(1000))
    return {
        "mode": "existing",
        "az_count": zones,
        "existing": {
            name: {"vpc_id": f"vpc-{index:08x}", **{tier: [next(ids) for _ in range(zones)] for tier in ("public", "application", "data")}}
            for index, name in enumerate(region_names)
        },
    }


def edit(raw: Raw, path: str, value: Any) -> Raw:
    """A copy of `raw` with `value` at `path` (as in `regions[0].cidr`); missing sections are made, DELETE removes."""
    raw = copy.deepcopy(raw)
    *steps, last = [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", path)]
    node: Any = raw
    for step in steps:
        node = node[step] if isinstance(node, list) else node.setdefault(step, {})
    if value is DELETE:
        del node[last]
    elif isinstance(node, list) and last == len(node):
        node.append(value)
    else:
        node[last] = value
    return raw


_word = st.from_regex("[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4}){0,2}", fullmatch=True).filter(
    lambda word: not word.startswith(("amazon", "amzn", "aws", "internal", "sthree", "xn"))
)


@st.composite
def valid_settings(draw: st.DrawFn) -> Raw:
    """A `marquee:platform` that must load as any of the stacks dev, prod and e2e; every field is given in some of them."""
    profile = draw(st.sampled_from(["starter", "mature"]))
    is_mature = profile == "mature"
    names = draw(
        st.lists(
            st.sampled_from([name for name, zones in ZONES.items() if len(zones) > 2]), min_size=1 + is_mature, max_size=4, unique=True
        )
    )
    raw = edit(starter(), "profile", profile)
    raw["identity"] |= {"name": draw(_word), "domain": f"{draw(_word)}.example.org"}
    raw["regions"] = [
        {"name": name, "cidr": f"10.{32 + index}.0.0/{draw(st.integers(16, 20))}", "role": draw(st.sampled_from(["active", "standby"]))}
        for index, name in enumerate(names)
    ]
    raw["regions"][draw(st.integers(0, len(names) - 1))]["role"] = "primary"
    zones = 3 if is_mature else draw(st.integers(2, 3))
    network = draw(st.sampled_from(["create", "existing", "profile"]))
    if network == "existing":
        raw["network"] = existing(names, zones)
    elif network == "create":
        raw["network"] = {
            "az_count": zones,
            "nat": draw(st.sampled_from(["single", "per_az"])),
            "interface_endpoints": draw(st.sampled_from(["derived", [], ["kms", "sts"]])),
            "reserved_cidrs": draw(st.sampled_from([[], ["10.0.0.0/12"], ["192.168.0.0/16", "10.31.0.0/16"]])),
        }
    gop = draw(st.sampled_from([1, 2, 0.96, 1.92]))
    raw["media"] = {"gop_seconds": gop, "segment_seconds": round(gop * draw(st.sampled_from([2, 3])), 2) if gop != 0.96 else 3.84}
    if LACKING["MediaConvert"].intersection(names):
        raw["media"]["encoder"] = "batch"
    instant = draw(st.sampled_from([None, 0, 30]))
    raw["media"]["storage"] = {
        "masters_glacier_ir_days": instant,
        "masters_deep_archive_days": draw(st.sampled_from([None, (instant or 0) + 90, 365])),
        "renditions_class": draw(st.sampled_from(["standard", "standard_ia"])),
    }
    raw["observability"] = {
        "log_retention_days": draw(st.sampled_from([1, 30, 365])),
        "alarm_email": "oncall@example.org" if is_mature else draw(st.sampled_from([None, "oncall@example.org"])),
    }
    raw["security"] = {
        "account_baseline": draw(st.sampled_from(["managed", "external"])),
        "residency": draw(st.lists(st.sampled_from(names), unique=True)),
        "ci_repository": draw(st.sampled_from([None, "example-org/marquee"])),
    }
    minutes = draw(st.sampled_from([5, 240, 1440]))
    raw["playback"] = {
        **draw(st.sampled_from([{}, {"issuer": "https://login.example.org", "audience": ["player"]}])),
        "second_factor": draw(st.sampled_from(["optional", "required"])),
        "token_minutes": minutes,
        "session_hours": draw(st.sampled_from([24, 168])),
        "bind_address": draw(st.booleans()),
        "key_rotation_days": draw(st.sampled_from([2, 365])),
        "requests_per_second": draw(st.sampled_from([1, 10_000])),
    }
    if draw(st.booleans()):
        raw["resilience"] = {"keep_data": draw(st.booleans())}
    return raw


_junk = st.one_of(
    st.sampled_from([None, True, False, -1, 0, 3, 1.5, 1e300, "", "no", "x" * 300, "10.0.0.0/8", "eu-west-1", [], {}, [None], {"a": {}}]),
    st.text(max_size=12),
    st.integers(),
    st.floats(),
    st.recursive(
        st.none() | st.text(max_size=4), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
)


@st.composite
def mutated_settings(draw: st.DrawFn) -> Raw:
    """A valid configuration with one to three random edits; it may be valid still."""
    raw = draw(valid_settings())
    for _ in range(draw(st.integers(1, 3))):
        node, key = draw(st.sampled_from(_nodes(raw)))
        kind = draw(st.sampled_from(["replace", "remove", "add", "repeat"]))
        if kind == "replace":
            node[key] = draw(_junk)
        elif kind == "remove":
            del node[key]
        elif kind == "add" and isinstance(node, dict):
            node[draw(st.text(max_size=8) | st.sampled_from(["stack", "zones", "mode", "existing"]))] = draw(_junk)
        elif isinstance(node, list):
            node.append(copy.deepcopy(node[key]))
    return raw


def _nodes(node: Any) -> list[tuple[Any, Any]]:
    """(container, key) of every value in `node`; ("" of a stand-in when nothing is left)."""
    keys = list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else []
    found = [(node, key) for key in keys]
    for key in keys:
        found += _nodes(node[key]) if isinstance(node[key], dict | list) else []
    return found or [({"": None}, "")]
