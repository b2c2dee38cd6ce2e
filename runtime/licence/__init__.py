"""The licence endpoint: content keys for sessions that may have them. For where no DRM vendor is at hand."""
