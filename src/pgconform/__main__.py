"""``python -m pgconform``."""

from pgconform.cli.main import main

if __name__ == "__main__":
    main()
