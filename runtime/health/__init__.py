"""The deep health check of a region."""
