"""Serves the pack to the Pulumi engine: prints a port on stdout, then answers the analyzer protocol until it is stopped."""

from guard.server import serve

serve()
