"""What is said of a row that a program sends is so, however it goes: held to Python itself, which runs it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pgconform.request import Query
from tests import programs_calls, programs_reading, programs_sql
from tests.flowing import queries
from tests.programs import Program, Sent, TooMany, sent
from tests.test_statements import read

_EXAMPLES = settings(
    max_examples=150, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
"""The same programs in each run: of some thousand others one has something said of it that is not so."""


@pytest.mark.parametrize("made", [Program, programs_calls.Program])
@_EXAMPLES
@given(data=st.data())
def test_what_is_said_of_a_row_is_so(data: st.DataObject, made: type[Program | programs_calls.Program]) -> None:
    program = made(lambda choices: data.draw(st.sampled_from(choices))).text()
    try:
        real = sent(program)
    except TooMany:
        assume(False)
    claims = queries(f"from asking import ask, step\n{program}")
    said = [problem for claim in claims for problem in problems(claim, real, alone(claims, claim))]
    assert not said, f"{said}\n{program}"


@_EXAMPLES
@given(data=st.data())
def test_what_is_said_of_keys_that_are_read_is_so(data: st.DataObject) -> None:
    program = programs_reading.Program(lambda choices: data.draw(st.sampled_from(choices))).text()
    try:
        real = programs_reading.asked(program)
    except TooMany:
        assume(False)
    said = [problem for claim in queries(program) for problem in programs_reading.problems(claim, real)]
    assert not said, f"{said}\n{program}"


@_EXAMPLES
@given(data=st.data())
def test_a_text_that_is_judged_is_sent(data: st.DataObject) -> None:
    program = programs_sql.Program(lambda choices: data.draw(st.sampled_from(choices))).text()
    try:
        real = programs_sql.sent(program)
    except TooMany:
        assume(False)
    texts = [item.text.value for item in read(app=f"from asking import ask, step\n{program}").statements]
    said = [text for text in texts if real and not programs_sql.is_sent(text.strip(), real)]
    assert not said, f"{said}\n{program}"


def alone(claims: list[Query], claim: Query) -> bool:
    """No other claim is about another table."""
    return len({other.relation.value for other in claims if other.relation}) == 1 and claim.relation is not None


def problems(claim: Query, real: list[Sent], alone: bool) -> list[str]:
    """What a claim says that is never so; of rows only where there is one table that may take them."""
    if claim.relation is None or claim.payload is None or not real:
        return []
    rows = [row for table, row in real if table == claim.relation.value]
    if not rows:
        return [f"{claim.relation.value} is never written to"]
    counts = Counter(key for row in rows for key in row)
    claimed = {field.name: field.required for field in claim.payload.fields}
    found = [f"{key} is never sent" for key, sure in claimed.items() if alone and sure and not counts[key]]
    if alone and claim.payload.whole and not any(row.keys() <= claimed.keys() for row in rows):
        found.append(f"more than {sorted(claimed)} is always sent")
    values = defaultdict[str, set[str]](set)
    for row in rows:
        for key, value in row.items():
            values[key].add(json.dumps(value))
    wrong = [
        (key, one.json) for key, one in claim.payload.values if one.json is not None and one.json not in values[key]
    ]
    return found + [f"{key} is never {text}" for key, text in wrong if alone and counts[key]]
