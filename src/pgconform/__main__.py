"""``python -m pgconform``, and where the command ``pgconform`` begins."""

import sys


def main() -> None:
    """Run the command line; an interruption while it is still being imported is told like any later one."""
    try:
        from pgconform.cli.main import main as run
    except KeyboardInterrupt:
        sys.stderr.write("\nerror: interrupted; nothing was left half done\nhelp:  run it again\n")
        sys.exit(2)
    run()


if __name__ == "__main__":
    main()
