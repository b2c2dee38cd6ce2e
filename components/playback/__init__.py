"""Playback authorisation: who may watch, the keys of tokens, and each region's API."""
