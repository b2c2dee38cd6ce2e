"""AWS Batch as the encoder: where it runs, what it runs, and the workflow's states that run it."""
