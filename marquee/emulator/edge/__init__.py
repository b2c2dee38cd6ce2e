"""An edge server that does what CloudFront was configured to do, as the emulated CloudFront's own API tells it."""
