"""Fetches a published title's first bytes through the edge, so that its first viewer finds them there."""
