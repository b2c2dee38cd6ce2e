"""A resource's state, put together from its inputs and what stands behind it says."""

from collections.abc import Iterable, Mapping

from marquee.engine.values import UNKNOWN, Secret, Value


def merge(
    inputs: Mapping[str, Value], outputs: Mapping[str, Value], *, unknown: Iterable[str] = (), secret: Iterable[str] = ()
) -> dict[str, Value]:
    """Inputs, overridden by `outputs`; names in `unknown` that neither has are unknown.

    Secret are the names in `secret` and every output whose input was: as the real engine has it, whatever a provider returns.
    """
    state: dict[str, Value] = {**dict.fromkeys(unknown, UNKNOWN), **inputs, **outputs}
    hidden = {*secret, *(name for name, value in inputs.items() if isinstance(value, Secret))}
    for name in hidden & state.keys():
        if not isinstance(state[name], Secret):
            state[name] = Secret(state[name])
    return state
