"""From an accepted master to a title that plays, and back."""
