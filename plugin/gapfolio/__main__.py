"""`python -m gapfolio` is the command `gapfolio`."""

from gapfolio.cli import main

if __name__ == "__main__":
    main()
