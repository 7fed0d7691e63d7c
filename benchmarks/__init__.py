"""Benchmarks: each line of the table compares the library with a floor written with the bare driver. See README.md."""
