"""A viewer who is signed in without a password being asked for: the sign-in page is not on this machine."""

from typing import Literal

from marquee.domain import entitlements
from marquee.domain.tokens import Quality
from marquee.ingest import Target
from marquee.viewing import Entitlements, sign_in

Right = Quality | Literal["none"]


class Viewers:
    """One viewer of the stack's pool for each right."""

    def __init__(self, target: Target):
        self._target, self._entitlements = target, Entitlements(target)

    def sign_in(self, right: Right) -> str:
        """JWT of the viewer who may watch everything in up to this quality, or nothing. The right is written anew, as a purchase is."""
        viewer = sign_in(self._target, f"local-{right.lower()}")
        if right == "none":
            self._entitlements.revoke(viewer.user, entitlements.EVERYTHING)
        else:
            self._entitlements.grant(viewer.user, entitlements.EVERYTHING, right)
        return viewer.token
