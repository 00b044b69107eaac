"""How long a person waits in the editor: from a change of an open text to the findings of that text."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from tests.editor import Editor, editing

from bench.checking import FUNCTION, STATEMENT, by_size, copied, median, print_row

ROUNDS = 9
LIMIT = 0.3
COLD = 5.0


def main(arguments: list[str]) -> None:
    """Opens copies of the projects in these directories; without any, the example shop."""
    for path in map(Path, arguments or ["examples/shop"]):
        report(path.resolve())


def report(original: Path) -> None:
    with copied(original) as (root, environment):
        os.environ["PGCONFORM_CACHE_DIR"] = environment["PGCONFORM_CACHE_DIR"]
        programs, documents = by_size(root, "*.py"), by_size(root, "README.md")
        middling, longest = programs[(len(programs) - 1) // 2], programs[-1]
        print(f"{root.name}:")
        with editing(root) as editor:
            print_row("opened with nothing cached", once(opening(editor, middling)), COLD)
        with editing(root) as editor:
            print_row("opened again", once(opening(editor, middling)), COLD)
            print_row("a Python file of middling length", median(ROUNDS, typing(editor, middling, FUNCTION)), LIMIT)
            opening(editor, longest)()
            print_row("the longest Python file", median(ROUNDS, typing(editor, longest, FUNCTION)), LIMIT)
            print_row("a new SQL statement", median(ROUNDS, typing(editor, middling, STATEMENT)), LIMIT)
            if documents:
                opening(editor, documents[-1])()
                print_row("the longest README.md", median(ROUNDS, typing(editor, documents[-1], "\n{}\n")), LIMIT)


def once(run: Callable[[], None]) -> float:
    return median(1, run)


def opening(editor: Editor, file: Path) -> Callable[[], None]:
    def run() -> None:
        editor.open(file)
        editor.until(lambda: editor.current(file) is not None)

    return run


def typing(editor: Editor, file: Path, text: str) -> Callable[[], None]:
    def run() -> None:
        editor.change(file, editor.texts[file.as_uri()] + text.format(time.time_ns()))
        editor.until(lambda: editor.current(file) is not None)

    return run
