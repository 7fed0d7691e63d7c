"""One transaction for many change sets."""
