"""One search over several subjects."""
