"""COL005: a field whose name hides a method of every Pydantic model."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules.registry import Rule

METHODS = frozenset(
    {"construct", "copy", "dict", "from_orm", "json", "parse_file", "parse_obj", "parse_raw", "schema"}
    | {"schema_json", "update_forward_refs", "validate", "model_copy", "model_construct", "model_dump"}
    | {"model_dump_json", "model_json_schema", "model_rebuild", "model_validate", "model_validate_json"}
)


def judge(pair: FieldPair) -> Iterator[Finding]:
    claim = pair.claim
    if claim is None or pair.truth is None or pair.source != "model":
        return
    attribute = claim.attribute or claim.name
    if attribute in METHODS:
        yield Finding(
            Severity.INFO,
            f"{pair.claimed} hides the method BaseModel.{attribute}()",
            consequence="code that calls the method finds the column's value instead",
            help=f'name it {attribute}_ with alias="{claim.name}"',
        )


RULE = Rule("COL005", "shadowing-attribute", "a field that hides a model's method", FieldPair, judge, Severity.INFO)
