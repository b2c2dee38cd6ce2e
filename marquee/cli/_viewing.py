"""What the commands of playback share."""

from collections.abc import Mapping

from marquee.emulator.visits import Door
from marquee.errors import MarqueeError
from marquee.ingest import Target
from marquee.viewing import sign_in


def user_of(target: Target, user: str | None, viewer: str | None, profile: str | None) -> str:
    """The user's id that was given, or that of the emulator's viewer. MarqueeError (exit 2) for none, both, or a viewer of an account."""
    if (user is None) == (viewer is None):
        raise MarqueeError("name one user", fix="add --user SUB, or --viewer NAME on the emulator", exit_code=2)
    if user is not None:
        return user
    if profile is not None or viewer is None:
        raise MarqueeError("--viewer makes viewers on the emulator alone", fix="name the user's id with --user", exit_code=2)
    return sign_in(target, viewer).user


def post(target: Target, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes, tuple[str, ...]]:
    """A request to a name that the emulator answers to: status, body, cookies."""
    door = Door(endpoint=target.environment["AWS_ENDPOINT_URL"], ca_bundle=target.environment["AWS_CA_BUNDLE"])
    answer = door.visit("POST", url, headers=headers, body=body)
    return answer.status, answer.body, answer.cookies
