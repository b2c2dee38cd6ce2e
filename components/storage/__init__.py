"""Buckets and tables."""
