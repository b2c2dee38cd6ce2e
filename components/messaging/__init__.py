"""Queues, topics and buses."""
