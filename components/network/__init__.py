"""A region's network: its VPC, or one that somebody else built."""
