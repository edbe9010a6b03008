"""`python -m trainers`: the command line where the window is not installed."""

import sys

from trainers.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
