"""How long a person waits in the editor: from a change of an open text to the findings of that text.

Beside it the processor time that judging takes for it, which says more on a machine that does other things.
"""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path

from tests.editor import Editor, editing

from bench.checking import FUNCTION, STATEMENT, by_size, copied, print_row
from pgconform.lsp.judge import Judge
from pgconform.lsp.values import Question
from pgconform.project.proving import release

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
        edits = [
            ("a Python file of middling length", middling, FUNCTION),
            ("the longest Python file", longest, FUNCTION),
            ("a new SQL statement", middling, STATEMENT),
            *[("the longest README.md", file, "\n{}\n") for file in documents[-1:]],
        ]
        print(f"{root.name}:")
        for label in ("opened with nothing cached", "opened again"):
            with editing(root) as editor:
                print_row(label, opened(editor, middling), COLD)
        with editing(root) as editor:
            for label, file, text in edits:
                opened(editor, file)
                print_row(label, statistics.median(typed(editor, file, text) for _ in range(ROUNDS)), LIMIT)
        judge = Judge()
        judge.answer(Question(str(root), {}))
        for label, file, text in edits:
            print_row(f"{label}: processor", statistics.median(judged(judge, root, file, text)), LIMIT)
        release()


def opened(editor: Editor, file: Path) -> float:
    started = time.perf_counter()
    editor.open(file)
    editor.until(lambda: editor.current(file) is not None)
    return time.perf_counter() - started


def typed(editor: Editor, file: Path, text: str) -> float:
    started = time.perf_counter()
    editor.change(file, editor.texts[file.as_uri()] + text.format(time.time_ns()))
    editor.until(lambda: editor.current(file) is not None)
    return time.perf_counter() - started


def judged(judge: Judge, root: Path, file: Path, text: str) -> list[float]:
    said = file.read_text(encoding="utf-8")
    taken = []
    for _ in range(ROUNDS):
        said += text.format(time.time_ns())
        started = time.process_time()
        judge.answer(Question(str(root), {str(file): said}, anew=False))
        taken.append(time.process_time() - started)
    return taken
