"""A name server that answers the emulated Route 53's records: by latency, place, failover and health."""
