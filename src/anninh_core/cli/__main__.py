"""`python -m anninh_core.cli` is `anninh`."""

from anninh_core.cli import main

if __name__ == "__main__":
    main()
