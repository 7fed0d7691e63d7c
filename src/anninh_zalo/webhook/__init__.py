"""What Zalo tells: signatures, events, and what they mean in the core's words. Pure functions over bytes."""
