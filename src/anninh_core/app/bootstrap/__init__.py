"""Functions that connect ports with adapters, and build the app and its worker."""
