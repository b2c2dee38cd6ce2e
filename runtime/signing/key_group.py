"""The key group at CloudFront: which public keys its distributions trust."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_COMMENT = "Cookies of playback; made and rotated by a function"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A key group as it stands."""

    id: str
    etag: str
    items: tuple[str, ...]
    """Ids of public keys."""


class KeyGroup:
    """The group of one name and the public keys that belong to it, by the prefix of their own names."""

    def __init__(self, client: Any, name: str):
        """`client`: boto3's of CloudFront."""
        self._client, self._name = client, name

    def find(self) -> Group | None:
        """The group, or None where it was never made."""
        for item in self._pages("list_key_groups", "KeyGroupList"):
            found = item["KeyGroup"]
            if found["KeyGroupConfig"]["Name"] == self._name:
                current = self._client.get_key_group(Id=found["Id"])
                return Group(id=found["Id"], etag=current["ETag"], items=tuple(current["KeyGroup"]["KeyGroupConfig"]["Items"]))
        return None

    def register(self, pem: str, reference: str) -> str:
        """Id of the public key `pem`. The same `reference` with another key replaces what an attempt that died has left."""
        name = f"{self._name}-{reference}"
        for item in self._own_keys():
            if item["Name"] == name:
                self._remove(item["Id"])
        config = {"CallerReference": f"{name}-{hash_of(pem)}", "Name": name, "EncodedKey": pem, "Comment": _COMMENT}
        return str(self._client.create_public_key(PublicKeyConfig=config)["PublicKey"]["Id"])

    def public_key(self, key_id: str) -> str:
        """PEM of a registered key."""
        return str(self._client.get_public_key(Id=key_id)["PublicKey"]["PublicKeyConfig"]["EncodedKey"])

    def trust(self, key_ids: Sequence[str]) -> Group:
        """The group, with these keys and no others; made if it does not exist."""
        config = {"Name": self._name, "Items": list(key_ids), "Comment": _COMMENT}
        group = self.find()
        if group is None:
            self._client.create_key_group(KeyGroupConfig=config)
        elif group.items != tuple(key_ids):
            self._client.update_key_group(Id=group.id, IfMatch=group.etag, KeyGroupConfig=config)
        made = self.find()
        if made is None:
            raise RuntimeError(f"the key group {self._name} was made and is not there")
        return made

    def sweep(self, kept: Sequence[str]) -> None:
        """Deletes the group's former keys. One that a group still trusts is refused by CloudFront."""
        for item in self._own_keys():
            if item["Id"] not in kept:
                self._remove(item["Id"])

    def delete(self) -> None:
        """Deletes the group and its keys. Distributions that trust it have to be gone."""
        if group := self.find():
            self._client.delete_key_group(Id=group.id, IfMatch=group.etag)
        self.sweep(())

    def _own_keys(self) -> Iterator[dict[str, Any]]:
        listed = list(self._pages("list_public_keys", "PublicKeyList"))
        return (item for item in listed if item["Name"].startswith(f"{self._name}-"))

    def _remove(self, key_id: str) -> None:
        etag = self._client.get_public_key(Id=key_id)["ETag"]
        self._client.delete_public_key(Id=key_id, IfMatch=etag)

    def _pages(self, method: str, result: str) -> Iterator[dict[str, Any]]:
        marker: dict[str, str] = {}
        while True:
            page = getattr(self._client, method)(**marker)[result]
            yield from page.get("Items", [])
            if not page.get("NextMarker"):
                return
            marker = {"Marker": page["NextMarker"]}


def hash_of(pem: str) -> str:
    """16 hexadecimal digits that tell public keys apart."""
    return hashlib.sha256(pem.encode()).hexdigest()[:16]
