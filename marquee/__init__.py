"""Marquee: a streaming platform on AWS as one typed Pulumi program, and the tools around it."""
