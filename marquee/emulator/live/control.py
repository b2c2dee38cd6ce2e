"""What the emulator's user may ask of it beside AWS's APIs."""

from typing import Final

FEED_PATH: Final = "/_marquee/live/feed"
"""POST `{"account", "region", "channelId", "source"}`: from now on the channel is sent `source`, an absolute path, or the test picture if
that is null, whenever it runs. No bucket can have that name."""
