"""The reference SPEKE v2.0 key provider."""
