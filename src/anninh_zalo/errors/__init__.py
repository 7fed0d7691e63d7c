"""What Zalo's error codes mean, and which error of the core each becomes."""
