"""DNS between viewers and regions: names, health, failover."""
