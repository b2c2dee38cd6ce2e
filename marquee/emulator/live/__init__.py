"""Emulated live channels: a real ffmpeg a channel, and an origin that serves what it writes while it is written."""
