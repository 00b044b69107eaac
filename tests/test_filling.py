"""Fields of models that are no columns, and that the program fills itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgconform.config import find_project
from pgconform.project.asking import Ask
from pgconform.project.run import run
from tests.own_cache import own_cache

MODEL = """
from pydantic import BaseModel
from supabase import create_client
db = create_client("http://localhost", "key")

class Booking(BaseModel):
    id: str
    guest: str | None = None

    def show(self):
        return {"guest": self.guest, "x": dict(guest=1)}

def every():
    return [Booking(**row) for row in db.table("bookings").select("*").execute().data]
"""


@pytest.mark.parametrize(
    ("name", "more", "told"),
    [
        ("app", "", "warning"),
        ("app", "one = Booking.make()\none.guest = 'x'\n", "info app.py:3 sets it"),
        ("app", "one = Booking.make()\nsure = one.guest == 'x'\n", "warning"),
        ("app", "one = Booking.make().model_copy(update={'guest': 'x'})\n", "info app.py:2 sets it"),
        ("app", "one = Booking(**{**row, 'guest': 'x'})\n", "info app.py:2 sets it"),
        ("app", "row['guest'] = 'x'\nBooking(**row)\n", "info app.py:2 sets it"),
        ("app", "one = Booking.make(id='1',\n    guest='x')\n", "info app.py:3 sets it"),
        ("test_app", "one = Booking.make()\none.guest = 'x'\n", "warning"),
        ("other", "one = Other.make(guest='x')\n", "warning"),
    ],
)
def test_a_field_that_the_program_fills_itself_is_a_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, more: str, told: str
) -> None:
    monkeypatch.setenv("PGCONFORM_CACHE_DIR", own_cache(tmp_path / ".cache"))
    (tmp_path / "schema.sql").write_text("create table bookings (id uuid primary key);")
    (tmp_path / "pyproject.toml").write_text('[tool.pgconform]\ntruth = "sql:schema.sql"\n')
    (tmp_path / "models.py").write_text(MODEL)
    imported = "Other" if "Other" in more else "Booking"
    (tmp_path / f"{name}.py").write_text(f"from models import {imported}\n{more}")
    found = [item for item in run(find_project(tmp_path), Ask(cached=False)).findings if item.code == "COL001"]
    assert [(item.subject, f"{item.severity} {item.help}".strip()) for item in found] == [("bookings.guest", told)]
