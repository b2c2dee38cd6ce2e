"""From a master file to a title."""
