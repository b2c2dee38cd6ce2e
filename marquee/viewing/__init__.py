"""Who may watch what, and the ends of sessions: the data commands of playback, as ordinary AWS clients."""

from marquee.viewing.entitlements import Entitlement, Entitlements
from marquee.viewing.sessions import Subject, revoke, rotate
from marquee.viewing.viewers import sign_in, start

__all__ = ["Entitlement", "Entitlements", "Subject", "revoke", "rotate", "sign_in", "start"]
