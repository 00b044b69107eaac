"""What ``pgconform uses`` does once its command line was understood."""

from __future__ import annotations

from itertools import groupby
from typing import get_args

from pgconform.cli._progress import progress
from pgconform.cli._screen import look, put
from pgconform.config import Project
from pgconform.errors import Problem
from pgconform.pairs.world import World
from pgconform.project.api import api, searched
from pgconform.project.asking import Ask
from pgconform.project.claiming import claimed
from pgconform.project.truths import choose
from pgconform.project.uses import How, Subject, Use, subjects, uses
from pgconform.reports._look import Look
from pgconform.reports._paint import linked, padded, paint, place
from pgconform.reports._words import number
from pgconform.shape import Field
from pgconform.sources.opening import open_truth
from pgconform.support.names import nearest

_MOST = 12
_ORDER = get_args(How)


def used(project: Project, name: str, asked: str) -> int:
    """Shows every use of what ``name`` means in the truth."""
    if not name.strip():
        raise Problem("an empty name stands for nothing", "name a table, table.column or a function")
    ref = choose(project, asked)
    with progress() as tell:
        tell(f"reading the truth: {ref}")
        truth = open_truth(ref, project.root)
        world = World(truth, searched(project))
        found = subjects(world, name)
        if not found:
            raise Problem(f"the truth has no table, column or function {name}", _near(world, name))
        claims = claimed(project, Ask(), truth, tell=tell).schemas(project)
        told = [(subject, uses(world, claims, subject, api(project))) for subject in found]
    how = look(project.root, file=False)
    put("\n".join(_shown(subject, every, how) for subject, every in told))
    return 0


def _near(world: World, name: str) -> str:
    names = {relation.name for relation in world.truth.relations if relation.schema in world.schemas}
    table, dot, column = name.partition(".")
    home = world.relation(table)
    if dot and home:
        near = [f"{table}.{other}" for other in nearest(column, [field.name for field in home.fields])]
        if not near:
            columns = [field.name for field in home.fields]
            more = f" and {len(columns) - _MOST} more" if len(columns) > _MOST else ""
            return f"the columns of {table} are {', '.join(columns[:_MOST])}{more}"
    else:
        near = list(nearest(table, sorted(names)))
    return f"did you mean {' or '.join(near)}?" if near else "name it as in SQL: table, table.column or schema.table"


def _shown(subject: Subject, every: tuple[Use, ...], how: Look) -> str:
    lines = [_heading(subject, how)]
    for kind, group in groupby(sorted(every, key=_by_kind), key=lambda use: use.how):
        lines += _group(kind, list(group), how)
    lines.append(f"  {number(len(every), 'use')}" if every else "  nothing that was read uses it")
    return "\n".join(lines) + "\n"


def _by_kind(use: Use) -> tuple[int, Use]:
    return (_ORDER.index(use.how), use)


def _heading(subject: Subject, how: Look) -> str:
    parts = [paint(subject.name, "file", how)]
    if subject.field:
        default = f"DEFAULT {_bare(subject.field)}" if subject.field.default else ""
        null = "NOT NULL" if subject.field.nullable is False else ""
        parts += [paint(part, "", how) for part in (subject.field.type.raw, null, default) if part]
    elif subject.relation:
        parts.append(subject.relation.kind)
    if subject.at:
        parts.append(linked(paint(place(subject.at, how), "dim", how), subject.at, how))
    return "  ".join(parts)


def _bare(field: Field) -> str:
    """The default, without a cast to the very type of the column."""
    return (field.default or "").removesuffix(f"::{field.type.raw}")


def _group(kind: str, every: list[Use], how: Look) -> list[str]:
    places = [place(use.at, how) for use in every]
    width = max(map(len, places))
    return [
        f"  {(kind if first else ''):9} {linked(padded(shown, width), use.at, how)}  "
        f"{paint(use.word, '', how)}{paint(f'  {use.holder}' if use.holder else '', 'dim', how)}".rstrip()
        for first, shown, use in zip([True] + [False] * len(every), places, every, strict=False)
    ]
