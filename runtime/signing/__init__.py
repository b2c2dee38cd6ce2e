"""Rotation of the key that playback's cookies are signed with."""
