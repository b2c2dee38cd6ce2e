"""Live channels: contribution, encoding, origin, schedule, and what watches over their cost."""
