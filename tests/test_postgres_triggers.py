"""What a trigger may make of a value before the column's limits are looked at, as the server shows it."""

from __future__ import annotations

import psycopg
import pytest

from pgconform.shape import Field
from tests.truths import relation, truth_of

TABLE = """
create table things (id int primary key, kind text not null check (kind in ('new', 'done')), other text);
create function change() returns trigger language plpgsql as $body$ {body} $body$;
create trigger change before {events} on things for each row execute function change();
"""
SETS = (
    "begin new.kind := lower(new.kind); return new; end",
    "begin NEW.kind = 'new'; return new; end",
    "begin if new.kind not in ('new', 'done') then new.kind := 'done'; end if; return new; end",
    "begin -- first this\n new.other := 'x'; /* and */ new.\"kind\" := 'new'; return new; end",
    "begin select 'done' into new.kind; return new; end",
    "begin new := row(new.id, 'new'::text, null::text); return new; end",
    "declare r things; begin r := new; r.kind := 'new'; new := r; return new; end",
    "begin if false then null; else new.kind := coalesce(null, 'new'); end if; return new; end",
)
LEAVES = (
    "begin if new.kind = 'odd' then new.other := 'x'; end if; return new; end",
    "begin new.other := new.kind; return new; end",
    "begin new.kind_of := 1; return new; end",
    "begin -- new.kind := 'new';\n return new; end",
    "begin return new; end",
)


def kind(dsn: str, body: str, events: str = "insert or update") -> Field:
    truth = truth_of(dsn, TABLE.format(body=body, events=events))
    return next(field for field in relation(truth, "public.things").fields if field.name == "kind")


def takes(dsn: str) -> bool:
    """The server takes a value that the CHECK refuses."""
    with psycopg.connect(dsn) as connection:
        try:
            connection.execute("insert into things values (1, 'DONE')")
        except psycopg.errors.CheckViolation:
            return False
    return True


@pytest.mark.parametrize("body", SETS)
def test_a_value_that_a_trigger_puts_right_is_known_to_be_mended(pg_dsn: str, body: str) -> None:
    assert kind(pg_dsn, body).mended
    assert takes(pg_dsn)


@pytest.mark.parametrize("body", LEAVES)
def test_a_trigger_that_only_looks_at_a_value_mends_nothing(pg_dsn: str, body: str) -> None:
    assert not kind(pg_dsn, body).mended


@pytest.mark.parametrize(("events", "mends"), [("insert", True), ("update", True), ("delete", False)])
def test_only_triggers_of_what_writes_a_value_count(pg_dsn: str, events: str, mends: bool) -> None:
    assert kind(pg_dsn, SETS[0], events).mended is mends
