"""What watches a region, and whom it calls."""
