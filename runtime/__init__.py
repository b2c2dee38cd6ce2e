"""Code that runs in AWS."""
