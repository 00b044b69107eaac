"""Asking a server to PREPARE statements, many in one round trip; none is ever executed."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import islice

from msgspec.structs import replace

from pgconform.embedded.wire import Asked
from pgconform.request import Proof
from pgconform.sql.described import Described, Names, untyped
from pgconform.sql.lines import Answer, Line, Settings
from pgconform.sql.verdict import OF_VALUES

BATCH = 200
"""Statements that are sent at once; twice as many may be on their way."""
TOGETHER = 20
"""Statements that are prepared in one transaction."""
TIMEOUT = 5_000
"""Milliseconds that one statement may take to prepare."""
MOST = 30
"""Parameters of a statement that is asked about again with types for them."""
_TYPES = (1184, 1114, 1082, 1186, 20, 23, 1700, 701, 25, 16, 2950, 3802, 1009, 1016)
"""What drivers say that values are: timestamptz, timestamp, date, interval, int8, int4, numeric, float8, text, bool,
uuid, jsonb, text[], int8[]."""
_TAKEN = Proof()


def prove(
    line: Line, statements: Sequence[str], schemas: Sequence[str], described: Collection[str] = ()
) -> list[Proof]:
    """What the server says of each statement; names without a schema are looked for in ``schemas``.

    Of those that are among ``described`` it is asked for their results and parameters too. The line is in no
    transaction, and afterwards can only read. `Problem` when the server goes away.
    """
    line.set(_settings(schemas))
    with line.asking():
        found = _asked(line, [(sql, (), sql in described) for sql in statements], TOGETHER)
        both = zip(statements, found, strict=True)
        refused = {sql: item.position for sql, item in both if isinstance(item, Proof) and item.code in OF_VALUES}
        typed = {sql: taken for sql, at in refused.items() if (taken := _typed(line, sql, at))}
    names = Names(line, [item for item in (*found, *typed.values()) if isinstance(item, Described)])
    said = [names.proof(item) if isinstance(item, Described) else item for item in found]
    if not typed:
        return said
    proofs = {sql: names.proof(item) for sql, item in typed.items()}
    return [
        replace(item, typed=proofs[sql]) if sql in proofs else item for sql, item in zip(statements, said, strict=True)
    ]


def _typed(line: Line, sql: str, reached: int) -> Described | None:
    """What the server says where parameters come with types, as drivers send some values; None: it refuses all.

    A type with which it refuses only what stands after what it has ``reached`` is kept while others are tried.
    """
    count = max(map(int, re.findall(r"\$(\d+)", sql)), default=0)
    given = (0,) * count
    while count <= MOST:
        types = [_with(given, at, type_) for at in range(count) if not given[at] for type_ in _TYPES]
        farthest = reached
        for start in range(0, len(types), BATCH):
            tried = types[start : start + BATCH]
            for one, answer in zip(tried, _asked(line, [(sql, given, True) for given in tried]), strict=True):
                if isinstance(answer, Described):
                    return untyped(answer)
                if answer.position > farthest:
                    given, farthest = one, answer.position
        if farthest == reached:
            break
        reached = farthest
    return None


def _with(given: Sequence[int], at: int, type_: int) -> tuple[int, ...]:
    return (*given[:at], type_, *given[at + 1 :])


def _settings(schemas: Sequence[str]) -> Settings:
    return (
        ("client_encoding", "UTF8"),
        ("default_transaction_read_only", "on"),
        ("statement_timeout", str(TIMEOUT)),
        ("search_path", ", ".join('"' + name.replace('"', '""') + '"' for name in schemas)),
    )


def _asked(line: Line, asked: Sequence[Asked], together: int = 1) -> list[Proof | Described]:
    """Statements with the types that their first parameters come with; 0: of that the server decides.

    So many are ``together`` in one transaction, which saves most of the time that transactions take; where one of them
    is refused, all are asked about again, each by itself. While answers are read, the server has the next statements.
    """
    groups = [asked[start : start + together] for start in range(0, len(asked), together)]
    answers: list[list[Proof | Described] | None] = []
    for start in range(0, len(groups), BATCH // together):
        for group in groups[start : start + BATCH // together]:
            line.put(group)
        line.send()
        answers += (_said(group, line.answer(group)) for group in groups[len(answers) : start])
    answers += (_said(group, line.answer(group)) for group in groups[len(answers) :])
    refused = [one for group, answer in zip(groups, answers, strict=True) if answer is None for one in group]
    again = iter(_asked(line, refused) if refused else ())
    return [
        one
        for group, answer in zip(groups, answers, strict=True)
        for one in (islice(again, len(group)) if answer is None else answer)
    ]


def _said(group: Sequence[Asked], answer: Answer) -> list[Proof | Described] | None:
    """What is said of the statements of one transaction; None: one of several was refused, or not answered."""
    found, refused = answer
    if refused is not None and len(group) == 1:
        return [refused]
    if refused is None and len(found) == len(group):
        return [one or _TAKEN for one in found]
    return [Proof(unjudged="the server did not answer")] if len(group) == 1 else None
