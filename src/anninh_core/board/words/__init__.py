"""What the pages say, in Vietnamese and in English, side by side in TOML."""
