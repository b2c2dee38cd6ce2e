"""The way into a region: certificate, load balancer, names, and the proof that what lies behind it works."""
