"""The person's side: what the terminal can show, and how text reaches it or a file."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TextIO

import click

from pgconform.reports._look import Look
from pgconform.support.writing import unwritable, write_whole

_WIDEST = 160
_USUAL = 100


def coloured(stream: TextIO) -> bool:
    """A terminal that has colours, unless NO_COLOR is set; FORCE_COLOR asks for them anywhere."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def look(root: Path, *, file: bool) -> Look:
    """How a report is to look on standard output, or in a file."""
    screen = not file and coloured(sys.stdout)
    cwd = Path.cwd()
    up = os.path.relpath(root, cwd)
    return Look(
        width=min(_columns(), _WIDEST),
        colour=screen,
        links=str(root) if screen and sys.stdout.isatty() else "",
        up="" if up == "." else f"{up}/",
        here=cwd.relative_to(root).as_posix() if root in cwd.parents else "",
        within=_within(root),
    )


def _within(root: Path) -> str:
    """The way from the top of the repository to the root, which is what a forge calls a file by."""
    from pgconform.sources.python.files.ignored import repository

    inside = root.relative_to(repository(root) or root).as_posix()
    return "" if inside == "." else f"{inside}/"


def _columns() -> int:
    """The terminal's width, as `shutil` tells it, which takes long to import."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said):
        return int(said)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or _USUAL  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):
        return _USUAL


def put(text: str, output: Path | None = None) -> None:
    """The text on standard output, or whole in a file. A reader who went away before the end is no error."""
    if output is not None:
        write_whole(output, text)
        return
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as failure:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise unwritable("to standard output", failure) from failure


def note(text: str) -> None:
    """A line for the person on standard error, apart from what a program reads."""
    click.echo(text, err=True)


def page(markdown: str) -> None:
    """A Markdown page: laid out on a terminal, as it is elsewhere."""
    if not coloured(sys.stdout):
        put(markdown)
        return
    import shutil

    from rich.console import Console
    from rich.markdown import Markdown
    from rich.theme import Theme

    calm = Theme({"markdown.h1": "bold", "markdown.h2": "bold", "markdown.code": "cyan"})
    console = Console(width=min(shutil.get_terminal_size().columns, 100), theme=calm, highlight=False)
    with console.capture() as laid_out:
        console.print(Markdown(markdown, code_theme="ansi_dark", hyperlinks=False))
    put(laid_out.get())
