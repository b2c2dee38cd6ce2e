"""The four steps of a rotation, and the first key of all.

A step may be repeated, and may find that an earlier attempt died in the middle. The secret keeps the current key and the one before it;
both are trusted, so that nothing which was signed before a rotation is refused after it.
Source: AWS Secrets Manager User Guide, "Lambda rotation functions", section "Four steps in a rotation function".
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from marquee.domain import signing_keys
from marquee.domain.signing_keys import SigningKey
from runtime.signing import pairs
from runtime.signing.key_group import KeyGroup

_CURRENT, _PENDING = "AWSCURRENT", "AWSPENDING"


class RotationError(Exception):
    """The rotation cannot go on; the current key stays."""


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """One secret and the key group that trusts its keys."""

    secrets: Any
    """boto3's client of Secrets Manager."""
    group: KeyGroup
    secret_id: str
    settle_seconds: int
    now: Callable[[], float] = time.time

    def begin(self, reference: str) -> str:
        """Id of the key group. Makes the first key where there is none, and repairs a group that lost one; else changes nothing.

        `reference`: UUID of the secret's first version.
        """
        keys = self._keys(stage=_CURRENT)
        if not keys:
            keys = (self._new_key(reference, active_from=int(self.now())),)  # nobody signs yet, so that nobody has to wait
            self.secrets.put_secret_value(
                SecretId=self.secret_id, ClientRequestToken=reference, SecretString=signing_keys.dump(keys), VersionStages=[_CURRENT]
            )
        return self.group.trust([key.id for key in keys]).id

    def create(self, token: str) -> None:
        """A new pair: its public half to CloudFront, both halves to the secret's pending version."""
        self._pending_only(token)
        if self._keys(version=token, stage=_PENDING):
            return
        current = self._keys(stage=_CURRENT)
        now = int(self.now())
        if current and current[0].active_from > now:
            raise RotationError("the last rotation has not settled: a second one would drop the key that is still signed with")
        new = self._new_key(token, active_from=now + self.settle_seconds)
        text = signing_keys.dump(signing_keys.rotated(current, new))
        self.secrets.put_secret_value(SecretId=self.secret_id, ClientRequestToken=token, SecretString=text, VersionStages=[_PENDING])

    def set(self, token: str) -> None:
        """The group trusts the pending version's keys: the new one, and the one that is current until the end. Older ones go."""
        self._pending_only(token)
        ids = [key.id for key in self._keys(version=token, stage=_PENDING)]
        if not ids:
            raise RotationError("the pending version holds no keys")
        self.group.trust(ids)
        self.group.sweep(ids)

    def test(self, token: str) -> None:
        """What each pending key signs, the public key that the group trusts under its id verifies."""
        self._pending_only(token)
        group = self.group.find()
        for key in self._keys(version=token, stage=_PENDING):
            if group is None or key.id not in group.items:
                raise RotationError(f"the key group does not trust {key.id}")
            if not pairs.verifies(key.secret, self.group.public_key(key.id)):
                raise RotationError(f"CloudFront holds another public key for {key.id}")

    def finish(self, token: str) -> None:
        """The pending version becomes the current one. From `active_from` on its new key is signed with."""
        stages = self._stages()
        current = next((version for version, names in stages.items() if _CURRENT in names), None)
        if current == token:
            return
        self._pending_only(token)
        move = {"RemoveFromVersionId": current} if current else {}
        self.secrets.update_secret_version_stage(SecretId=self.secret_id, VersionStage=_CURRENT, MoveToVersionId=token, **move)

    def _new_key(self, reference: str, *, active_from: int) -> SigningKey:
        private = pairs.generate()
        key_id = self.group.register(pairs.public_half(private), reference)
        return SigningKey(id=key_id, secret=private, active_from=active_from)

    def _keys(self, *, stage: str, version: str | None = None) -> tuple[SigningKey, ...]:
        """Of the version in `stage`; none where there is no such version."""
        which = {"VersionId": version} if version else {}
        try:
            found = self.secrets.get_secret_value(SecretId=self.secret_id, VersionStage=stage, **which)
        except self.secrets.exceptions.ResourceNotFoundException:
            return ()
        text = found.get("SecretString")  # a version can be empty
        return signing_keys.load(text) if text else ()

    def _pending_only(self, token: str) -> None:
        """Refuses a version that Secrets Manager is not rotating to: this is no way to change the secret at will."""
        if _PENDING not in self._stages().get(token, ()):
            raise RotationError(f"version {token} is not pending")

    def _stages(self) -> Mapping[str, list[str]]:
        return self.secrets.describe_secret(SecretId=self.secret_id).get("VersionIdsToStages", {})
