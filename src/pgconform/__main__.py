"""``python -m pgconform``, and where the command ``pgconform`` begins and ends."""

import atexit
import contextlib
import gc
import os
import sys
from typing import NoReturn

INTERRUPTED = "\nerror: interrupted; nothing was left half done\nhelp:  run it again\n"


def main() -> NoReturn:
    """Run the command line; an interruption while it is still being imported is told like any later one."""
    _open_closed()
    try:
        checking = sys.argv[1:2] == ["check"] and "--help" not in sys.argv
        code = _check() if checking else _run()
    except KeyboardInterrupt:
        sys.stderr.write(INTERRUPTED)
        code = 2
    _leave(code)


def _open_closed() -> None:
    """Streams that were closed before we began lead nowhere: else the next file would be opened in their place."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(number, "w" if number else "r"))


def _check() -> int:
    """A check is what people wait for: it begins before its command line is understood."""
    gc.disable()  # until it is known whether the process ends with its report
    from pgconform.support.lean import import_msgspec

    import_msgspec()
    from pgconform.project.standby import standing_by

    with standing_by():
        from pgconform.project.beginning import begin_here

        begin_here()
        return _run()


def _run() -> int:
    from pgconform.cli.main import main as run

    return run()


def _leave(code: int) -> NoReturn:
    """Ends the process as Python would, but does not take apart all that was read, value by value."""
    atexit._run_exitfuncs()
    for stream in sys.stdout, sys.stderr:
        with contextlib.suppress(AttributeError, OSError):  # closed before we began, or its reader is gone
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
