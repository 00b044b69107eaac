"""The page on generated models shows what is generated of the example's migrations."""

from __future__ import annotations

import re
from typing import Literal

import pytest

from pgconform.config import find_project
from pgconform.generate.options import Options
from pgconform.generate.pydantic import render
from pgconform.project.truths import choose
from pgconform.schema import Schema
from pgconform.sources.opening import open_truth
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "generation.md").read_text(encoding="utf-8")
SHOP = ROOT / "examples" / "shop"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def truth() -> Schema:
    project = find_project(SHOP)
    return open_truth(choose(project, "", live=False), SHOP)


def test_what_was_there_before_is_the_examples_own_model() -> None:
    assert BLOCKS[0] in (SHOP / "shop" / "models.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(("block", "style"), [(1, "pydantic"), (3, "sqlmodel")])
def test_what_comes_after_is_what_is_generated(
    truth: Schema, block: int, style: Literal["pydantic", "sqlmodel"]
) -> None:
    (text,) = render(truth, Options(style=style, line_length=120)).values()
    assert BLOCKS[block] in text
