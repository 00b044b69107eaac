"""What a person sees when a command cannot do its job: one sentence, what to do, exit code 2, and never a traceback."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys

import click

from pgconform.errors import Problem, masked, reason
from pgconform.support.visible import visible

CANNOT = 2
_ISSUES = "https://github.com/pgconform/pgconform/issues"
_PLAINLY = "pgconform.plainly"
_PLAIN = {"→": "->", "·": "-", "…": "...", "×": "x", "–": "-", "—": "-", "−": "-"}


def _plain(error: UnicodeError) -> tuple[str, int]:
    """What a terminal of another encoding shows instead: our own signs in ASCII, and a question mark for all else."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_PLAIN.get(sign, "?") for sign in error.object[error.start : error.end]), error.end


codecs.register_error(_PLAINLY, _plain)


def guarded(command: click.Command, arguments: list[str]) -> int:
    """Runs a command; gives its exit code, 2 when it could not do its job or was interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_PLAINLY)
    try:
        code = command.main(arguments, "pgconform", standalone_mode=False)
        sys.stdout.flush()
    except Problem as problem:
        return _said(problem.message, problem.help)
    except click.UsageError as misuse:
        return _said(_misused(misuse), _usage(misuse, arguments))
    except click.ClickException as refusal:
        return _said(_sentence(refusal.format_message()))
    except (KeyboardInterrupt, click.Abort) as ending:
        if isinstance(ending.__cause__, EOFError):
            return _said(
                f"a file that pgconform is made of is cut short: {ending.__cause__}", "install pgconform again"
            )
        return _said("interrupted; nothing was left half done", "run it again")
    except OSError as failure:
        return _system(failure, arguments)
    except Exception as failure:
        return _fault(failure, arguments)
    return code if isinstance(code, int) else 0


def _said(message: str, help: str = "") -> int:  # noqa: A002
    click.echo(f"{_label('error:')} {_lines(message)}", err=True)
    if help:
        click.echo(f"{_label('help:')}  {_lines(help)}", err=True)
    return CANNOT


def _lines(text: str) -> str:
    return "\n       ".join(visible(line) for line in text.split("\n"))


def _label(word: str) -> str:
    plain = os.environ.get("NO_COLOR") or not sys.stderr.isatty()
    return word if plain else click.style(word, bold=True, fg="red" if word == "error:" else "cyan")


def _sentence(text: str) -> str:
    text = text.strip().rstrip(".")
    return text[:1].lower() + text[1:]


def _misused(misuse: click.UsageError) -> str:
    """What is wrong with the command line; of an option that is none, which is like it."""
    if not isinstance(misuse, click.NoSuchOption) or misuse.ctx is None:
        return _sentence(misuse.format_message())
    from pgconform.support.names import nearest

    known = [name for one in misuse.ctx.command.get_params(misuse.ctx) for name in one.opts if name.startswith("--")]
    near = " or ".join(nearest(misuse.option_name, known))
    return f"there is no option {misuse.option_name}{f'; did you mean {near}?' if near else ''}"


def _usage(misuse: click.UsageError, arguments: list[str]) -> str:
    named = " ".join(["pgconform", *(word for word in arguments[:1] if not word.startswith("-"))])
    return f"{misuse.ctx.command_path if misuse.ctx else named} --help  lists what it takes"


def _system(failure: OSError, arguments: list[str]) -> int:
    """A reader that went away is no error of ours; a full disk or a refused file is told by its name."""
    if failure.errno == errno.EPIPE:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    if failure.errno is None:
        return _fault(failure, arguments)
    name = f" {failure.filename}" if failure.filename else " the output"
    return _said(f"cannot use{name}: {reason(failure)}", "see that it exists, is yours and has room")


def _fault(failure: Exception, arguments: list[str]) -> int:
    kind = type(failure).__name__
    if "--verbose" in arguments or "-v" in arguments:
        import traceback

        click.echo(masked("".join(traceback.format_exception(failure))), err=True)
        return _said(f"a fault in pgconform ({kind})", f"report it with the lines above:  {_ISSUES}")
    detail = masked(str(failure)).split("\n")[0][:200]
    return _said(
        f"a fault in pgconform: {kind}{f': {detail}' if detail else ''}",
        f"run it again with --verbose for the details, and report them:  {_ISSUES}",
    )
