"""SQL that is sent as the argument of a function that runs it: ``client.rpc("exec_sql", {"sql": …})``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgconform.request import Text
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import Dict, Str
from pgconform.sources.python.flows.operations import Call
from pgconform.sql.history import runs_sql
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

SENDERS = frozenset({"rpc"})
_TEXT = deferred(r"(?i)\w*(?:sql|query|statement|ddl|command)\w*")
"""Names of the argument that is the text."""


def sent_by_name(evaluator: Evaluator, frame: Frame, call: Call) -> Iterator[Text]:
    """The texts that a call may hand such a function."""
    if len(call.arguments) + len(call.keywords) < 2:
        return
    name, *given = [*call.arguments, *dict(call.keywords).values()]
    if not any(isinstance(one, Str) and runs_sql(one.text.value) for one in options(evaluator.value(frame, name))):
        return
    for item in options(evaluator.value(frame, given[0])):
        if isinstance(item, Dict):
            values = [entry.quick() for key, entry in item.entries.items() if _TEXT.fullmatch(key)]
            yield from (one.text for value in values for one in options(value) if isinstance(one, Str))
