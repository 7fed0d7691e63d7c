"""Commands of `anninh tips` that decide what tips consist of, or write papers about them."""
