"""The `metoodik` command. What it can do is in `config.command_line`."""

import sys

from metoodik.config.command_line import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
