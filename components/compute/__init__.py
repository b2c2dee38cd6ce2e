"""Code of `runtime/` as Lambda functions."""
