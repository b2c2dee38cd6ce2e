"""Makes the edge forget titles that were taken down, within what that may cost."""
