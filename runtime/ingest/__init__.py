"""What happens to an uploaded master."""
