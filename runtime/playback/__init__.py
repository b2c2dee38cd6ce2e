"""Playback authorisation: the API's functions, and those that look after keys and revocations."""
