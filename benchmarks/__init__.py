"""How fast it is: each line of the table against a floor written with the bare driver. See README.md."""
