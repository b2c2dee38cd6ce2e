"""Signing playback: how close cookies come to the raw RSA primitive, and what a whole answer costs.

The ratio is of one run on one key: the primitive of `cryptography` signs the same bytes as the code under test, in turns.
Run: python -m benchmarks.signing
"""

import json
import statistics
import sys
import time
from collections.abc import Callable

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from marquee.domain.signed_access import policy
from marquee.domain.signing_keys import SigningKey
from marquee.domain.tokens import pseudonym, sign, title_scope, verify
from runtime.playback import session, signing
from runtime.playback.answers import Material, granted
from runtime.playback.environment import Environment
from runtime.playback.session import Grant

TARGET = 0.8
"""Of the primitive's speed."""
_ROUNDS, _CALLS = 15, 120
_NOW = 1_800_000_000
_ENVIRONMENT = Environment(
    domain="example.org", catalogue="c", entitlements="e", token_keys="t", cookie_keys="k", token_seconds=60, session_seconds=600,  # noqa: S106
    bind_address=True, same_site="Lax", live_channels=frozenset(),
)  # fmt: skip
_RECORD = {"playback": {"hls": "index.m3u8", "dash": "index.mpd", "thumbnails": "thumbnails.vtt", "captions": ["en"]}}


def main() -> int:
    """Print microseconds and the ratio. 1 if cookies are signed slower than the target allows."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    cookie_key, token_key = SigningKey(id="K1", secret=pem, active_from=0), SigningKey(id="0a0b0c0d", secret="k" * 43, active_from=0)
    resource = f"https://media.example.org/t/{'x' * 200}/*"
    said = policy(resource, expires=_NOW, address="203.0.113.9")
    grant = Grant(
        session=session.new_id(_NOW), user=pseudonym("u"), device=pseudonym("d"), quality="HD", scope=title_scope("a-film", "9" * 16),
        issued=_NOW, expires=_NOW + 60,
    )  # fmt: skip
    material = Material(token_key=token_key, cookie_key=cookie_key, address="203.0.113.9")
    token = sign(grant.claims, "path", key_id=token_key.id, key=token_key.secret)
    measured = in_turns({
        "primitive": lambda: private.sign(said, padding.PKCS1v15(), hashes.SHA1()),  # noqa: S303 what CloudFront takes
        "cookie": lambda: signing.sign(cookie_key, resource, expires=_NOW, address="203.0.113.9"),
        "token": lambda: sign(grant.claims, "path", key_id=token_key.id, key=token_key.secret),
        "token check": lambda: verify(token, "path", keys={token_key.id: token_key.secret}, now=_NOW),
        "answer": lambda: granted(grant, _RECORD, material, _ENVIRONMENT),
    })  # fmt: skip
    ratio = measured["primitive"] / measured["cookie"]
    for name, microseconds in measured.items():
        print(f"{name:12} {microseconds:8.1f} µs")
    print(f"cookies are signed at {ratio:.0%} of the primitive's speed (target {TARGET:.0%})")
    print(json.dumps({"ratio": round(ratio, 3), "target": TARGET, "microseconds": {k: round(v, 1) for k, v in measured.items()}}))
    return 0 if ratio >= TARGET else 1


def in_turns(functions: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Microseconds a call of each: the median of rounds that take turns, so that a busy machine slows all alike."""
    taken: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(_ROUNDS):
        for name, function in functions.items():
            start = time.perf_counter()
            for _ in range(_CALLS):
                function()
            taken[name].append((time.perf_counter() - start) / _CALLS * 1e6)
    return {name: statistics.median(times) for name, times in taken.items()}


if __name__ == "__main__":
    sys.exit(main())
