"""The named statements of files that aiosql or pugsql makes functions of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgconform.request import Statement
from pgconform.sources.python.evaluate.library.files import paths
from pgconform.sources.python.evaluate.scopes.given import Given
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import External, Str
from pgconform.sources.python.flows import operations as flows
from pgconform.sql.drivers import engine

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

_LOADERS = ("aiosql", "pugsql")


def loaded(evaluator: Evaluator, frame: Frame, op: flows.Call) -> Iterator[Statement]:
    """What a call loads, if it is of one of them, for a driver of Postgres."""
    files = evaluator.calls.files
    names = [one.name for one in options(evaluator.value(frame, op.function)) if isinstance(one, External)]
    said = [evaluator.value(frame, number) for number in op.arguments[:2]]
    if files is None or not said or not any(name.partition(".")[0] in _LOADERS for name in names):
        return
    driver = said[1].text.value if len(said) > 1 and isinstance(said[1], Str) else "sqlalchemy"
    given = Given(evaluator, frame, op, -1)
    places = paths(given, op.arguments[:1]) or paths(given, op.arguments[:1], "")
    if engine(driver) == "other":
        return
    for place in places[:1]:
        for item in files.named(place, frame.uri):
            yield Statement(item.text, f"{driver}.{item.name}", "aiosql", holder=item.name, at=item.text.at)
