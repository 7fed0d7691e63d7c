"""A pretend chat service and the messenger that speaks to it."""
