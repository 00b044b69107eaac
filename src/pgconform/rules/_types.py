"""Which rule speaks of a pair of types, and what they all say: the lattice's verdict, in the pair's direction."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Retype, Severity
from pgconform.pairs.pair import Misfit
from pgconform.rules._wording import ACTIONS, doubted, milder, spelled
from pgconform.rules.registry import Rule
from pgconform.schema import Transport
from pgconform.shape import JSONS, TEXTS, Array, Labels, Scalar, Struct, Type, Union

GENERAL = "TYP001"
SHAPED = "TYP021"
TIMES = {
    "date": "date", "timestamp": "datetime", "timestamptz": "datetime", "time": "time", "timetz": "time",
    "py.date": "date", "py.datetime": "datetime", "py.datetime_aware": "datetime", "py.datetime_naive": "datetime",
    "py.time": "time",
}  # fmt: skip
INTEGERS = frozenset({"int2", "int4", "int8", "oid"})
DEEPER = "[[null]]"
NO_NUMBERS = frozenset({"NaN", "Infinity", "-Infinity"})
OPEN = frozenset({"", "py.any", "py.list", "py.json_value", "py.json"})
FACETS: tuple[tuple[str, frozenset[str], frozenset[str]], ...] = (
    ("TYP004", frozenset({"numeric"}), frozenset({"py.float", "py.decimal", "py.pg_numeric"})),
    ("TYP009", frozenset({"bytea"}), frozenset({"py.bytes", "py.base64_bytes", "py.secret_bytes"})),
    ("TYP010", frozenset({"uuid"}), frozenset({f"py.uuid{version}" for version in range(1, 9)})),
    ("TYP014", frozenset({"interval"}), frozenset({"py.timedelta", "py.pg_interval"})),
    ("TYP019", JSONS, frozenset({"py.dict", "py.list", "py.json", "object", "array"})),
    (
        "TYP025",
        frozenset({"inet", "cidr", "macaddr", "macaddr8"}),
        frozenset({f"py.ip{what}" for what in ("address", "interface", "network")})
        | frozenset({f"py.ipv{v}{what}" for v in (4, 6) for what in ("address", "interface", "network")}),
    ),
)


def facet(pair: Misfit) -> str:
    """The code of the rule a misfit belongs to; "" where labels or limits are compared instead."""
    if pair.fit.witness == DEEPER:
        return "TYP031"
    truth, claim = pair.truth, pair.claim
    while isinstance(truth, Array) and isinstance(claim, Array):
        if pair.fit.witness == "null":
            return "TYP017"
        truth, claim = truth.of, _without_none(claim.of)
    if isinstance(claim, Labels) and (isinstance(truth, Labels) or _kind(truth) in TEXTS):
        return ""
    if pair.fit.witness in NO_NUMBERS:
        return "TYP005"
    theirs, mine = _kind(truth), _kind(claim).replace("py.strict_", "py.")
    if pair.writing and pair.fit.rare and (isinstance(truth, Labels) or (theirs in INTEGERS and mine == "py.int")):
        return ""
    return _of_kinds(theirs, mine, pair) or ("TYP030" if mine != _kind(claim) else GENERAL)


def _of_kinds(truth: str, claim: str, pair: Misfit) -> str:
    if truth in TIMES and claim in TIMES:
        return _of_times(truth, claim, pair)
    if truth in TIMES and pair.fit.rare and (claim.startswith("py.pg_") or not pair.writing):
        return "TYP015"
    if truth.endswith("range"):
        return "TYP018"
    if (truth == "array") != (claim == "array") and truth not in JSONS and claim not in OPEN:
        return "TYP016"
    code = next((code for code, theirs, mine in FACETS if truth in theirs and claim in mine), "")
    return SHAPED if code == "TYP019" and _is_settled(pair) else code


def _is_settled(pair: Misfit) -> bool:
    """A CHECK keeps away what the claim would not take, and what else it says of JSON another rule looks at."""
    from pgconform.pairs.shapes import settled

    return pair.fit.verdict.name == "SOME" and settled(pair.pair)


def _of_times(truth: str, claim: str, pair: Misfit) -> str:
    """Months apart, what two kinds of time disagree on is the offset, the kind itself, or values that only one has."""
    if pair.writing and TIMES[truth] == TIMES[claim] == "datetime":
        return "TYP011"
    if pair.fit.rare:
        return "TYP015"
    if TIMES[truth] != TIMES[claim]:
        return "TYP012"
    return "TYP011" if claim in ("py.datetime_aware", "py.datetime_naive") else ""


def _without_none(type_: Type) -> Type:
    """The one type of elements that may also be None."""
    if isinstance(type_, Union):
        options = [one for one in type_.options if not (isinstance(one, Scalar) and one.kind == "py.none")]
        return options[0] if len(options) == 1 else type_
    return type_


def _kind(type_: Type) -> str:
    match type_:
        case Scalar(kind=kind):
            return kind
        case Struct():
            return "object"
        case Array():
            return "array"
        case Labels():
            return "labels"
        case _:
            return ""


def type_rule(
    code: str, name: str, summary: str, severity: Severity = Severity.ERROR, *, preview: bool = False
) -> Rule:
    """The rule for one facet of types: it gives the lattice's verdict on the pairs that belong to it.

    Of what is sent the type was inferred, so that what only some of its values would do is a guess and not said.
    """

    def judge(pair: Misfit) -> Iterator[Finding]:
        if pair.remembered(facet) == code and not (pair.relation.sent and _hangs_on_the_value(pair)):
            yield _finding(pair)

    return Rule(code, name, summary, Misfit, judge, severity, preview=preview)


def _hangs_on_the_value(pair: Misfit) -> bool:
    """Some values would be refused, or a text is sent of which some are not in the column's own form."""
    verdict = pair.fit.verdict.name
    return verdict == "SOME" or (verdict == "LOSSY" and _kind(pair.claim) == "py.str")


def _finding(pair: Misfit) -> Finding:
    return Finding(
        _severity(pair),
        f"{pair.subject} is {spelled(pair.truth)}, {pair.pair.claimed} is {spelled(pair.claim)}",
        consequence=_consequence(pair),
        help=f"the column's type is {spelled(pair.truth)}",
        witness=pair.fit.witness,
        change=None if pair.fit.witness == DEEPER else Retype(pair.truth),
        safe=pair.pair.told,
    )


def _severity(pair: Misfit) -> Severity:
    if pair.fit.verdict.name == "NO":
        return _refused(pair) if pair.relation.certain else _guessed(pair)
    return Severity.INFO if pair.fit.rare else milder(pair.relation, Severity.WARNING)


def _refused(pair: Misfit) -> Severity:
    """What an annotation says of a value that is sent is as true as its author's memory."""
    return Severity.ERROR if pair.pair.claim is None or pair.pair.claim.enforced else Severity.WARNING


def _guessed(pair: Misfit) -> Severity:
    """A class that only its name binds may be made by hand; over the API there is little to convert by hand.

    A strict one is made so, for it asks for that; and what has a default need not be read at all.
    """
    claim = pair.pair.claim
    by_hand = pair.relation.claim.transport is not Transport.POSTGREST or pair.remembered(facet) == "TYP030"
    return Severity.INFO if by_hand or (claim and claim.required is False) else doubted(pair.relation, Severity.WARNING)


def _consequence(pair: Misfit) -> str:
    if pair.pair.told:
        return "whoever follows this expects another type"
    if pair.fit.reason:
        return pair.fit.reason
    happens = {"NO": "no value passes", "LOSSY": "a value can be changed"}
    return f"{happens.get(pair.fit.verdict.name, 'some values are refused')} in the {ACTIONS[pair.relation.access]}"
