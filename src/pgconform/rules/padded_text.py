"""TYP008: labels shorter than a char(n) column, whose values arrive padded with blanks."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._labels import closed
from pgconform.rules._wording import milder, quoted, spelled
from pgconform.rules.registry import Rule
from pgconform.shape import Scalar


def judge(pair: FieldPair) -> Iterator[Finding]:
    truth, claim = pair.truth, pair.claim
    if truth is None or claim is None or not pair.access.reads or not isinstance(truth.type, Scalar):
        return
    labels = closed(claim.type, claim.bounds)
    if truth.type.kind != "bpchar" or not truth.type.size or labels is None or "Padded" in claim.type.raw:
        return
    short = [label for label in labels if len(label) < truth.type.size[0]]
    if short:
        yield Finding(
            milder(pair.relation, Severity.ERROR if len(short) == len(labels) else Severity.WARNING),
            f"{pair.subject} is {spelled(truth.type)}, padded with blanks: {quoted(short)} never arrives as such",
            consequence="each row with it fails validation",
            help="make the column text or varchar, or strip the blanks before validation",
            witness=short[0].ljust(truth.type.size[0]),
        )


RULE = Rule("TYP008", "padded-text", "labels shorter than a padded column", FieldPair, judge)
