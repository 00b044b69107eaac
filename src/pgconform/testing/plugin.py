"""The pytest plugin: a database in memory in the form of the committed snapshot, and clients over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pgconform.testing.server import Database


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--pgconform-snapshot``, or ``pgconform_snapshot`` in the settings of pytest."""
    help_ = "The snapshot whose schema the double has (default: pgconform.lock.json at the root)."
    parser.getgroup("pgconform").addoption("--pgconform-snapshot", default=None, help=help_)
    parser.addini("pgconform_snapshot", help_, default="pgconform.lock.json")


@pytest.fixture(scope="session")
def pgconform_truth(pytestconfig: pytest.Config) -> Any:
    """The schema of the snapshot."""
    from pgconform.sources.snapshot import read

    named = pytestconfig.getoption("--pgconform-snapshot") or pytestconfig.getini("pgconform_snapshot")
    return read(pytestconfig.rootpath / Path(named), str(named))


@pytest.fixture
def pgconform_database(pgconform_truth: Any) -> Iterator[Database]:
    """An empty database of that schema, for one test, which fails where it asked for what the double cannot do."""
    from pgconform.testing import Database

    database = Database(pgconform_truth)
    yield database
    assert not database.unsupported, f"the double could not answer: {'; '.join(database.unsupported)}"


@pytest.fixture
def pgconform_supabase(pgconform_database: Database) -> Any:
    """A client of supabase-py over it."""
    from pgconform.testing import supabase

    return supabase(pgconform_database)
