"""KMS keys by data class."""
