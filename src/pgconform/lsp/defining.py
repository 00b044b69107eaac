"""What a finding is about, as the schema has it: a column, or a relation with its columns."""

from __future__ import annotations

from pgconform.finding import Finding
from pgconform.schema import Relation, Schema
from pgconform.shape import Field, Unknown

_MOST = 40


class Definitions:
    """The relations of a truth by their qualified names."""

    def __init__(self, truth: Schema) -> None:
        self._relations = {relation.qualified: relation for relation in truth.relations}

    def of(self, finding: Finding) -> str:
        """The column that is its subject, else its relation with its columns; "" where the truth has neither."""
        relation = self._relations.get(finding.relation)
        if relation is None:
            return ""
        name = finding.subject.rpartition(".")[2]
        field = next((one for one in relation.fields if one.name == name and "." in finding.subject), None)
        return f"{relation.name}.{_column(field)}" if field else _whole(relation)


def _whole(relation: Relation) -> str:
    lines = [f"  {_column(field)}" for field in relation.fields[:_MOST]]
    more = len(relation.fields) - _MOST
    return "\n".join([f"{relation.kind} {relation.qualified}", *lines, *([f"  … {more} more"] if more > 0 else [])])


def _column(field: Field) -> str:
    kind = "" if isinstance(field.type, Unknown) and not field.type.raw else f" {field.type.raw}"
    null = " not null" if field.nullable is False else ""
    identity = f" generated {field.identity} as identity" if field.identity else ""
    made = f" generated always as … {field.generated}" if field.generated else ""
    default = f" default {field.default}" if field.default and not field.generated else ""
    return f"{field.name}{kind}{null}{identity}{made}{default}"
