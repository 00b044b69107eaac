"""Runs the benchmarks by name: each module here with a ``main(arguments)``."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from pathlib import Path

HELPERS = frozenset({"__main__", "crowd", "measure", "synthetic", "openapi", "proxy", "scored"})


def names() -> list[str]:
    """The benchmarks there are."""
    found = pkgutil.iter_modules([str(Path(__file__).parent)])
    return sorted(module.name for module in found if module.name not in HELPERS)


def run(name: str, arguments: list[str]) -> None:
    print(f"== {name}")
    importlib.import_module(f"bench.{name}").main(arguments)


def main() -> int:
    asked, arguments = sys.argv[1:2], sys.argv[2:]
    unknown = [name for name in asked if name not in names()]
    if unknown:
        print(f"there is no benchmark {unknown[0]}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    for name in asked or names():
        run(name, arguments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
