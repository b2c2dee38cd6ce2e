"""Changes of the store that keep its entry `state` true, whoever else writes at the same time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from marquee.domain.revocations import STATE_KEY, Revocation, State, expired, read_state
from marquee.domain.signing_keys import SigningKey
from runtime.playback.key_value_store import CHANGES, ConflictError, KeyValueStore

_ATTEMPTS = 6
_BATCH = CHANGES - 1  # the state goes with each


def revoke(store: KeyValueStore, revocations: Sequence[Revocation]) -> None:
    """Add entries. Each batch says that there are revocations, so that none of them is overlooked."""
    for start in range(0, len(revocations), _BATCH):
        entries = {one.key: one.value for one in revocations[start : start + _BATCH]}
        _again(store, lambda etag, entries=entries: _add(store, entries, etag))


def trust(store: KeyValueStore, keys: Sequence[SigningKey]) -> None:
    """Replace the token keys."""
    named = tuple((key.id, key.secret) for key in keys)
    _again(store, lambda etag: _put_state(store, replace(_state(store), keys=named), etag))


def prune(store: KeyValueStore, now: float) -> int:
    """Drop what refuses nothing any more; the number of entries that stay. A writer in between ends the run: the next one goes on."""
    etag, entries = store.describe().etag, store.items()
    return _drop(store, entries, expired(entries, now), etag)


def drop_everything(store: KeyValueStore) -> None:
    """Drop all revocations. For when every token that they refuse has died with its key."""
    etag, entries = store.describe().etag, store.items()
    _drop(store, entries, [key for key in entries if key != STATE_KEY], etag)


def _drop(store: KeyValueStore, entries: Mapping[str, str], gone: Sequence[str], etag: str) -> int:
    left = len(entries) - len(gone) - (STATE_KEY in entries)
    state = read_state(entries.get(STATE_KEY))
    for start in range(0, len(gone), CHANGES):
        etag = store.update({}, gone[start : start + CHANGES], etag=etag)
    if state.revoked != (left > 0):  # last: the edge looks entries up until there are none
        store.update({STATE_KEY: replace(state, revoked=left > 0).text}, (), etag=etag)
    return left


def _add(store: KeyValueStore, entries: Mapping[str, str], etag: str) -> None:
    state = _state(store)
    if not state.keys:
        raise ValueError("the store holds no token keys yet, so that there is nothing to revoke")
    store.update({**entries, STATE_KEY: replace(state, revoked=True).text}, (), etag=etag)


def _put_state(store: KeyValueStore, state: State, etag: str) -> None:
    store.update({STATE_KEY: state.text}, (), etag=etag)


def _state(store: KeyValueStore) -> State:
    return read_state(store.get(STATE_KEY))


def _again(store: KeyValueStore, change: Callable[[str], None]) -> None:
    """Make a change for the store's version as it was before anything was read."""
    for attempt in range(_ATTEMPTS):
        try:
            change(store.describe().etag)
        except ConflictError:
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            return
