"""Pulumi components: typed arguments in, AWS resources below, plain outputs out."""
