"""Draws docs/check.svg: what `pgconform check` shows of the example project on a terminal."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parent.parent
WIDTH = 104
SHOWN = ("shop/catalog.py", "shop/models.py", "shop/orders.py")


def main() -> None:
    """Run the check in a terminal's colours and save the picture."""
    environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH)}
    command = [sys.executable, "-m", "pgconform", "check", *SHOWN]
    shop = ROOT / "examples" / "shop"
    ran = subprocess.run(command, cwd=shop, env=environment, capture_output=True, text=True, check=False)
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text(f"$ pgconform check {' '.join(SHOWN)}", style="bold"))
    console.print(Text.from_ansi(ran.stdout))
    console.save_svg(str(ROOT / "docs" / "check.svg"), title="pgconform", unique_id="pgconform")


if __name__ == "__main__":
    main()
