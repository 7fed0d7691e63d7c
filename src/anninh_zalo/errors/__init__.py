"""What Zalo's error codes mean: a table per host, because the same number means different things on each."""
