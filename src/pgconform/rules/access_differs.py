"""DOC004: row-level security or a policy that is told otherwise than it is."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import display_name
from pgconform.pairs.secured import SecuredPair
from pgconform.rules._wording import did_you_mean, quoted
from pgconform.rules.registry import Rule
from pgconform.schema import Policy, Relation
from pgconform.support.names import nearest

_WORDS = {True: "on", False: "off"}


def judge(pair: SecuredPair) -> Iterator[Finding]:
    if pair.unjudged is None:
        yield from _switched(pair)
        for relation in pair.whole:
            for policy in pair.claim.policies:
                yield from _policy(pair, relation, policy)


def _switched(pair: SecuredPair) -> Iterator[Finding]:
    unlike = pair.unlike
    if not unlike or pair.claim.enabled is None:
        return
    names = [display_name(pair.world, one) for one in unlike]
    said = "the document says that all tables have it" if pair.claim.every else "the document says the contrary"
    listed = f"{', '.join(names[:6])}{f' and {len(names) - 6} more' if len(names) > 6 else ''}"
    yield Finding(
        Severity.WARNING,
        f"row-level security is {_WORDS[not pair.claim.enabled]} on {listed}; {said}",
        consequence="whoever has the public key reads and writes all rows, and nobody looks for it"
        if pair.claim.enabled
        else "whoever follows this expects rows that no policy lets through",
        help=f"alter table {unlike[0].qualified} enable row level security"
        if pair.claim.enabled
        else "mend the document",
        truth_at=unlike[0].at,
    )


def _policy(pair: SecuredPair, relation: Relation, told: Policy) -> Iterator[Finding]:
    subject = display_name(pair.world, relation)
    truth = next((one for one in relation.policies if one.name == told.name), None)
    if truth is None:
        near = nearest(told.name, [one.name for one in relation.policies])
        yield _finding(f'{subject} has no policy "{told.name}"{did_you_mean(near)}')
        return
    for what, is_so, said in _differences(truth, told):
        yield _finding(f'policy "{told.name}" of {subject} {what} {is_so}; the document says {said}')


def _differences(truth: Policy, told: Policy) -> Iterator[tuple[str, str, str]]:
    """What a policy is for, in what it is otherwise than told: the words, the truth's and the document's."""
    if told.command and told.command != truth.command:
        yield "is for", truth.command.upper(), told.command.upper()
    if told.roles and set(told.roles) != set(truth.roles):
        yield "applies to", quoted(truth.roles), quoted(told.roles)
    if truth.permissive and not told.permissive:
        yield "is", "permissive", "that it is restrictive"
    for clause, is_so, said in (("USING", truth.using, told.using), ("WITH CHECK", truth.check, told.check)):
        if is_so and said and _names_others(is_so, said):
            yield f"has {clause}", is_so, said


def _names_others(truth: str, told: str) -> bool:
    """The conditions surely differ: they name other columns or functions."""
    from pgconform.sql.expressions import named

    mine, theirs = named(truth), named(told)
    return mine is not None and theirs is not None and mine != theirs


def _finding(message: str) -> Finding:
    return Finding(
        Severity.WARNING,
        message,
        consequence="whoever follows this is mistaken in who may see or write rows",
        help="mend the document, or the policy",
    )


RULE = Rule(
    "DOC004",
    "access-differs",
    "row-level security or a policy that is told otherwise than it is",
    SecuredPair,
    judge,
    Severity.WARNING,
    needs=("policies",),
)
