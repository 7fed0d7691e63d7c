"""Run the command line as `python -m anninh_core.cli`."""

from anninh_core.cli import main

if __name__ == "__main__":
    main()
