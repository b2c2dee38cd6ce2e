"""The player's page on this machine, and stand-ins for what it needs beside the platform: a sign-in, and a way to upload."""

from marquee.console.app import Console, Progress, application

__all__ = ["Console", "Progress", "application"]
