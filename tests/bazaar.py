"""Chains over ``sql/bazaar.sql``: values against types, calls, writes and deep embeds, mostly right."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from pgconform.postgrest.embeds import candidates
from pgconform.postgrest.relationships import Relationship
from pgconform.schema import Relation
from tests.chains import Ground

SCHEMA = "bazaar"
TEXTS = (
    "1", "a", "{1,2}", "{a,b}", "null", "true", "no", '{"a":1}', "[1,2]", "[1,5)", "[5,1)", "empty", "{[1,2),[3,4)}",
    "2020-01-01", "2020-01-01T00:00:00Z", "20200101", "200101", "000100", "1230", "12:30", "1 day", "P1D", "ok",
    "it's", "00000000-0000-0000-0000-000000000000", "3.5", "1e3", "NaN", "infinity", "$1.00", "10.0.0.1/24",
    "08:00:2b:01:02:03", "101", "(1,2)", "((0,0),(1,1))", "a@b", "-3", "99999999999", "32768", "", "  ", "{}",
    "fat & rat", "fat rat", "'x y'", "0/0", "{t,f}", "<(0,0),1>", "now", "[2020-01-01,2020-02-01)", "(1,a)", "a |",
    "!a", "2024-02-30",
    "{ok,sad}", "{ok,nope}",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    1, -1, 3.5, True, "a", "ok", [1, 2], ["a", "b"], [], {"a": 1}, {}, "2020-01-01", "{1,2}", "[1,5)", 3000000000
)  # fmt: skip
UNKNOWN = frozenset({"one_out"})
"""Functions of which nobody says what their rows have."""
SELECTED = ("*", "id", "y", "x,y", "id,name", "id,kids(id)", "count", "nothing", "a", "p")
NESTED = 3
SLIP = 0.02


def slips(random: Random) -> bool:
    """Something is to be wrong here."""
    return random.random() < SLIP


def compared(random: Random, column: str) -> str:
    """A filter call on a column, by every sort of method."""
    text, value = random.choice(TEXTS), random.choice([random.choice(TEXTS), random.choice(VALUES)])
    form = random.randrange(9)
    if form < 3:
        method = random.choice(["eq", "neq", "gt", "gte", "lt", "lte"])
        return f".{method}({column!r}, {value!r})"
    if form == 3:
        method = random.choice(["like", "ilike", "like_all_of", "ilike_any_of"])
        return f".{method}({column!r}, {random.choice(['a%', 'a,b'])!r})"
    if form == 4:
        given = random.choice([text, ["a"], [1, 2], {"a": 1}])
        return f".{random.choice(['contains', 'contained_by', 'overlaps'])}({column!r}, {given!r})"
    if form == 5:
        method = random.choice(["sl", "sr", "nxl", "nxr", "range_gt", "range_adjacent"])
        return f".{method}({column!r}, {random.choice([(1, 5), (5, 1), ('2020-01-01', '2020-02-01'), ('a', 'b')])!r})"
    if form == 6:
        search = random.choice(["fat", "fat rat", "a & b", "a |"])
        return f".{random.choice(['fts', 'plfts', 'phfts', 'wfts'])}({column!r}, {search!r})"
    if form == 7:
        return f".in_({column!r}, {random.choice([[], [1, 2], ['a', 'b'], [text]])!r})"
    operator = random.choice(["eq(any)", "gt(all)", "like(any)", "isdistinct", "match", "is", "adj", "in"])
    operand = {"is": random.choice(["null", "true", "unknown", "not_null", "5"]), "in": "(1,2)"}.get(operator, text)
    return f".filter({column!r}, {operator!r}, {operand!r})"


def typed(random: Random, ground: Ground) -> str:
    """A filter or order by a column of some type, perhaps within its JSON."""
    names = [field.name for field in ground.relations["kinds"].fields]
    column = random.choice(names) + random.choice(["", "", "", "", "", "->a", "->>a", "->0", "->a->>b"])
    negated = random.choice(["", "", ".not_"])
    call = f".order({column!r})" if random.random() < 0.1 else negated + compared(random, column)
    return f"client.table('kinds').select('id'){call}.execute()"


def called(random: Random, ground: Ground) -> str:
    """A call of a function by all its arguments or some."""
    function = random.choice([item for item in ground.functions if item.name not in UNKNOWN])
    names = [item.name for item in function.arguments if item.mode in ("in", "inout", "variadic") and item.name]
    if len(names) > NESTED or random.random() < 0.2:
        names = random.sample([*names, "other"], random.randint(0, min(2, len(names))))
    sent = {name: random.choice([*VALUES, None, *TEXTS[:20]]) for name in names if name not in ("select", "limit")}
    by_get = random.choice(["", "", ", get=True"])
    text = f"client.rpc({function.name!r}, {sent!r}{by_get})"
    if random.random() < 0.4:
        text += f".select({random.choice(SELECTED)!r})"
    if random.random() < 0.2:
        text += random.choice([".eq('id', 1)", ".order('id')", ".order('count')", ".limit(-1)", ".limit(3)"])
    return f"{text}.execute()"


def _fitting(random: Random, raw: str) -> Any:
    """A value that mostly fits a column of that type."""
    if slips(random):
        return random.choice([*VALUES, None])
    fitting: list[tuple[str, list[Any]]] = [
        ("[]", [[]]), ("range", ["[1,5)"]), ("int", [5, "7"]), ("numeric", [1.5, "2.5", 3]), ("boolean", [True]),
        ("uuid", ["00000000-0000-0000-0000-000000000000"]), ("json", [{"a": 1}, [1]]), ("mood", ["ok"]),
        ("timestamp", ["2024-01-01T00:00:00Z"]), ("date", ["2024-05-05"]),
    ]  # fmt: skip
    return random.choice(next((values for kind, values in fitting if kind in raw), ["x"]))


def _row(random: Random, relation: Relation, whole: bool) -> dict[str, Any]:
    chosen = random.sample(relation.fields, random.randint(0, min(3, len(relation.fields))))
    fields = {field.name: field for field in chosen if not field.generated or slips(random)}
    if whole and not slips(random):
        fields |= {field.name: field for field in relation.fields if field.nullable is False and not field.filled}
    row = {name: _fitting(random, field.type.raw) for name, field in fields.items()}
    return row | ({"nothing": 1} if slips(random) else {})


def written(random: Random, ground: Ground) -> str:
    """An insert, upsert, update or delete of a table or view."""
    relation = random.choice([item for item in ground.relations.values() if item.name not in ("kinds", "parted_1")])
    verb = random.choice(["insert", "upsert", "upsert", "update", "delete"])
    names = [field.name for field in relation.fields]
    sent = "" if verb == "delete" else repr(_row(random, relation, verb != "update"))
    if verb in ("insert", "upsert") and random.random() < 0.3:
        rows = [_row(random, relation, True) for _ in range(2)]
        sent = repr([row for row in rows if row])
    if verb == "upsert":
        keys = [",".join(key.columns) for key in relation.keys if all(key.columns)]
        sent += random.choice(["", ", ignore_duplicates=True"])
        if random.random() < 0.6:
            sent += f", on_conflict={random.choice([*keys, *keys, *names, 'made,second'])!r}"
    text = f"client.table({relation.name!r}).{verb}({sent})"
    if verb in ("update", "delete"):
        text += f".eq({random.choice(names)!r}, 1)"
    if random.random() < 0.2 and sent != "{}":
        text += f".select({random.choice(['*', 'count', 'id', 'full_name', '*,a(name)', 'nothing'])!r})"
    return text + random.choice(["", "", "", ".order('id')", ".order('nothing')"]) + ".execute()"


def _quoted(name: str) -> str:
    plain = name.replace("_", "").isalnum()
    return name if plain else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _column(random: Random, ground: Ground, relation: Relation) -> str:
    computed = ground.cache.computed(relation, SCHEMA)
    rows = {name for name in computed if name == "poly" or ground.cache.gives_rows(relation, SCHEMA, name)}
    names = [field.name for field in relation.fields]
    return (
        "nothing"
        if slips(random) or not names
        else random.choice([*names, *names, *names, *sorted(set(computed) - rows)])
    )


def _embed(random: Random, ground: Ground, item: Relationship, alias: str, depth: int) -> str:
    """An embed by a name and hint that mean one relationship, where there are such."""
    names = [item.function.name] if item.function else [item.foreign.name]
    if item.kind in ("m2o", "o2o"):
        names += [item.constraint, *(pair[0] for pair in item.columns[:1] if len(item.columns) == 1)]
    hints = [None, item.constraint, item.junction.name if item.junction else None]
    name, related = random.choice([one for one in names if one]), ground.cache.relationships(item.table)
    sure = [hint for hint in hints if len(candidates(related, name, hint)) == 1]
    hint = random.choice(hints if slips(random) or not sure else sure)
    deep = NESTED if item.kind == "m2m" else depth + 1
    inner = selection(random, ground, ground.relations[item.foreign.name], deep)
    spread = depth == 0 and item.to_one and "(" not in inner and random.random() < 0.2
    start = "..." if spread else random.choice(["", f"{alias}:"])
    join = random.choice(["", "", "!inner", "!left"])
    return f"{start}{_quoted(name)}{f'!{_quoted(hint)}' if hint else ''}{join}({inner})"


def selection(random: Random, ground: Ground, relation: Relation, depth: int = 0) -> str:
    """A select of columns, paths, casts and embeds, some levels deep."""
    parts = []
    for place in range(random.choice([1, 1, 2, 3])):
        related = ground.related(relation) if depth < NESTED else []
        if related and random.random() < 0.35:
            parts.append(_embed(random, ground, random.choice(related), f"e{place}", depth))
        elif random.random() < 0.2:
            parts.append("*")
        else:
            cast = random.choice(["::mood", "::nothing"] if slips(random) else ["", "", "::text"])
            path = random.choice(["", "", "", "", "->k", "->>k", "->k->0->>z"])
            parts.append(f"c{place}:{_quoted(_column(random, ground, relation))}{path}{cast}")
    return random.choice([",", ", "]).join(parts)


def selected(random: Random, ground: Ground) -> str:
    """A read with deep embeds."""
    names = [name for name, item in ground.relations.items() if name not in ("kinds", "parted_1") and item.fields]
    relation = ground.relations[random.choice(names)]
    text = f"client.table({relation.name!r}).select({selection(random, ground, relation)!r})"
    if random.random() < 0.3:
        text += f".order({_column(random, ground, relation)!r}, nullsfirst=True)"
    if random.random() < 0.2:
        text += random.choice([".limit(2)", ".range(0, 1)", ".range(4, 1)", ".offset(0)", ".csv()"])
    return f"{text}.execute()"


def paged(random: Random, ground: Ground) -> str:
    """A read or a call of some of its rows, or of an embed's, by limits, offsets and ranges one after the other."""
    calls_of_a = [f"rpc('set_a', {{'lim': {lim}}})" for lim in ("'x'", 2)]
    asked = random.choice(["table('a').select('id,kids(id)')", *calls_of_a])
    embed = random.choice(["", "", ", foreign_table='kids'"]) if asked.startswith("table") else ""
    calls = ""
    for _ in range(random.randint(1, 3)):
        first, last = random.randint(-3, 4), random.randint(-3, 4)
        table = random.choice(["", embed])
        calls += random.choice([f".limit({first}{table})", f".range({first}, {last}{table})", f".offset({first})"])
    return f"client.{asked}{calls}.execute()"


def _added(random: Random, ground: Ground, relation: Relation, depth: int = 0) -> str:
    parts = []
    for place in range(random.choice([1, 1, 2, 3])):
        related = ground.related(relation) if depth < NESTED else []
        if related and random.random() < 0.4:
            item = random.choice(related)
            name = _quoted(item.function.name if item.function else item.foreign.name)
            hint = f"!{item.constraint}" if item.constraint and random.random() < 0.3 else ""
            inner = _added(random, ground, ground.relations[item.foreign.name], depth + 1)
            parts.append(f"{random.choice(['...', '', f'e{place}:'])}{name}{hint}({inner})")
        elif random.random() < 0.3:
            parts.append(random.choice(["*", "count()", "n:count()::int"]))
        else:
            alias, path = random.choice([f"c{place}:", ""]), random.choice(["", "", "", "->k", "->>k", "->0"])
            cast, end = random.choice(["", "", "::text"]), random.choice(["", "", "::int"])
            summed = random.choice(["", "", ".sum()", ".avg()", ".min()", ".max()", ".count()"])
            column = _quoted(_column(random, ground, relation))
            parts.append(f"{alias}{column}{path}{cast}{summed}{end if summed else ''}")
    return ",".join(parts)


def added(random: Random, ground: Ground) -> str:
    """A read with aggregates, in embeds and spreads too."""
    names = [name for name, item in ground.relations.items() if name not in ("kinds", "parted_1") and item.fields]
    relation = ground.relations[random.choice(names)]
    text = f"client.table({relation.name!r}).select({_added(random, ground, relation)!r})"
    if random.random() < 0.3:
        text += f".order({_column(random, ground, relation)!r})"
    return f"{text}.execute()"


MADE: tuple[Callable[[Random, Ground], str], ...] = (typed, called, written, selected, paged)
