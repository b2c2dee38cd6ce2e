"""What changes while the edge runs, read again and again from the emulated CloudFront: keys, stores, invalidations, code."""
# pyright: reportMissingTypeStubs=false

import asyncio
import contextlib
import re
from collections.abc import Mapping, Sequence
from fnmatch import translate
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from marquee.emulator.edge.code import EdgeFunctions
from marquee.emulator.edge.configuration import Distribution
from marquee.emulator.edge.reading import read_distributions

_EVERY = 0.3
"""Seconds: the edge is as eventually consistent as CloudFront is, only faster."""


class State:
    """The distributions and, beside them, what lasts shorter than a deployment."""

    distributions: Sequence[Distribution]

    def __init__(self, cloudfront: Any, stores: Any, functions: EdgeFunctions):
        """`cloudfront` and `stores`: boto3 clients of CloudFront and of its key-value stores, in the stack's account."""
        self._cloudfront, self._stores, self._functions = cloudfront, stores, functions
        self._keys: dict[str, dict[str, str]] = {}
        self._pems: dict[str, str] = {}
        self._done: set[str] = set()
        self._filled: dict[str, Mapping[str, str]] = {}
        self._loaded: dict[str, str] = {}
        self._arns: dict[str, str] = {}

    async def begin(self) -> None:
        """Read everything once. Raises MarqueeError without a distribution."""
        self.distributions = await asyncio.to_thread(read_distributions, self._cloudfront)
        await self.refresh()

    async def follow(self, forget: Any) -> None:
        """Read what changes, for ever. `forget(distribution id, patterns)` is called for each new invalidation."""
        while True:
            await asyncio.sleep(_EVERY)
            with contextlib.suppress(OSError, BotoCoreError, ClientError):  # what was read last stands
                await self.refresh()
                for distribution, patterns in await asyncio.to_thread(self._new_invalidations):
                    forget(distribution, patterns)

    def keys(self, groups: Sequence[str]) -> dict[str, str]:
        """Id → PEM of the public keys of key groups."""
        return {key: pem for group in groups for key, pem in self._keys.get(group, {}).items()}

    async def refresh(self) -> None:
        """Read keys, stores and code now."""
        groups, sources, stores = await asyncio.to_thread(self._read)
        self._keys = groups
        for store, items in stores.items():
            if self._filled.get(store) != items:
                await self._functions.fill(store, items)
                self._filled[store] = items
        for name, (source, store) in sources.items():
            if self._loaded.get(name) != source:
                await self._functions.load(name, source, store)
                self._loaded[name] = source

    def _read(self) -> tuple[dict[str, dict[str, str]], dict[str, tuple[str, str]], dict[str, dict[str, str]]]:
        behaviours = [behaviour for distribution in self.distributions for behaviour in distribution.behaviours]
        groups = {group: self._group(group) for group in {group for one in behaviours for group in one.key_groups}}
        sources: dict[str, tuple[str, str]] = {}
        for name in {name for one in behaviours for name in one.functions.values()}:
            config = self._cloudfront.describe_function(Name=name, Stage="LIVE")["FunctionSummary"]["FunctionConfig"]
            associated = config.get("KeyValueStoreAssociations", {}).get("Items", [])
            arn = associated[0]["KeyValueStoreARN"] if associated else ""
            source = self._cloudfront.get_function(Name=name, Stage="LIVE")["FunctionCode"].read().decode()
            sources[name] = (source, arn)
        return groups, sources, {arn: self._items(arn) for arn in {arn for _, arn in sources.values() if arn}}

    def _group(self, id: str) -> dict[str, str]:
        items = self._cloudfront.get_key_group(Id=id)["KeyGroup"]["KeyGroupConfig"]["Items"]
        for key in items:
            if key not in self._pems:  # a public key never changes under its id
                self._pems[key] = self._cloudfront.get_public_key(Id=key)["PublicKey"]["PublicKeyConfig"]["EncodedKey"]
        return {key: self._pems[key] for key in items}

    def _items(self, arn: str) -> dict[str, str]:
        found: dict[str, str] = {}
        more: dict[str, str] = {}
        while True:
            answer = self._stores.list_keys(KvsARN=arn, **more)
            found |= {item["Key"]: item["Value"] for item in answer.get("Items", [])}
            if not answer.get("NextToken"):
                return found
            more = {"NextToken": answer["NextToken"]}

    def _new_invalidations(self) -> list[tuple[str, list[re.Pattern[str]]]]:
        found: list[tuple[str, list[re.Pattern[str]]]] = []
        for distribution in self.distributions:
            listed = self._cloudfront.list_invalidations(DistributionId=distribution.id)["InvalidationList"].get("Items", [])
            for number in (item["Id"] for item in listed if item["Id"] not in self._done):
                self._done.add(number)
                batch = self._cloudfront.get_invalidation(DistributionId=distribution.id, Id=number)["Invalidation"]["InvalidationBatch"]
                found.append((distribution.id, [re.compile(translate(path)) for path in batch["Paths"]["Items"]]))
        return found
