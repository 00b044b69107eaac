"""A made-up schema of any size, with the mix of types, keys, views and comments that applications have."""

from __future__ import annotations

from collections.abc import Iterator

_COLUMNS = (
    "title text not null",
    "code varchar(40) not null",
    "amount numeric(12,2) not null default 0",
    "quantity integer check (quantity >= 0)",
    "status public.status_{enum} not null default 'new'",
    "email public.email",
    "tags text[] not null default '{{}}'",
    "payload jsonb not null default '{{}}'",
    "owner uuid default gen_random_uuid()",
    "active boolean default true",
    "starts_on date",
    "note text",
    "created_at timestamptz not null default now()",
    "updated_at timestamptz(3)",
)


def statements(tables: int) -> Iterator[str]:
    """The DDL of that many tables with 17 columns each, a view for every tenth and a function for every twentieth."""
    yield "create domain public.email as text check (value ~ '@')"
    for enum in range(1 + tables // 100):
        yield f"create type public.status_{enum} as enum ('new', 'active', 'done')"
    for number in range(tables):
        yield from _table(number)


def _table(number: int) -> Iterator[str]:
    columns = ", ".join(column.format(enum=number // 100) for column in _COLUMNS)
    links = [number // 2, number // 3] if number > 1 else []
    parents = "".join(
        f", parent_{i} bigint references public.t_{target} on delete cascade" for i, target in enumerate(links)
    )
    yield (
        f"create table public.t_{number} (id bigint generated always as identity primary key, {columns}{parents},"
        f" unique (code), check (starts_on > '2000-01-01' and char_length(note) <= 500))"
    )
    yield f"create index on public.t_{number} (status, created_at)"
    yield f"comment on column public.t_{number}.title is 'what a person calls it'"
    if number % 10 == 0:
        yield (
            f"create view public.v_{number} as select t.id, t.title, t.status, p.title as parent,"
            f" coalesce(t.note, '') as note from public.t_{number} t left join public.t_{number // 2} p on p.id = t.id"
        )
    if number % 20 == 0:
        yield (
            f"create function public.f_{number}(wanted bigint, lim integer default 10) returns setof public.t_{number}"
            f" language sql stable as $$ select * from public.t_{number} where id = wanted limit lim $$"
        )
