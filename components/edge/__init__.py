"""What viewers meet first: CloudFront, the code in it, its keys and its logs."""
