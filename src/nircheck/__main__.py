"""Lets `python -m nircheck` do what the `nircheck` command does."""

from nircheck.cli.main import main

if __name__ == "__main__":
    main()
