"""Whether a relation that the server does not know is missing: what all statements of a project say together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pgconform.request import Proof, Statement
from pgconform.schema import Schema
from pgconform.sql.doubts import RELATION, words
from pgconform.sql.making import Makings
from pgconform.sql.placeholders import normal
from pgconform.support.names import slip
from pgconform.support.patterns import deferred

_MANY = 2
"""So many relations that are not there are those of another database, and no slips of somebody who speaks to this."""

_SYNTAX = "42601"
_OF_RELATION = deferred(r"(?i)\b(?:from|into|join|update)\s+[\"\w]")


class Sureness:
    """What is known of a program's tables: those it makes itself, and the files that speak of this database at all."""

    def __init__(
        self, truth: Schema, makings: Makings, statements: Sequence[Statement], proofs: Sequence[Proof | None]
    ) -> None:
        self.known = {item.name for item in truth.relations if item.schema in makings.schemas}
        self.elsewhere = {item.name for item in truth.relations} - self.known
        self.dropped = {item.name for item in truth.dropped if not item.column}
        self.makings = makings
        both = zip(statements, proofs, strict=True)
        of_files = [(one, one.at.uri, proof) for one, proof in both if one.at and proof is not None]
        self.home = {
            uri for one, uri, proof in of_files if not proof.code and self.known.intersection(words(one.text.value))
        }
        missing = {name for proof in proofs if proof is not None and (name := _missing(proof))}
        self.slipped = {name for name in missing if any(slip(name, known) for known in self.known)}
        self.strange = defaultdict[str, set[str]](set)
        for _, uri, proof in of_files:
            if (name := _missing(proof)) and name not in self.slipped:
                self.strange[uri].add(name)

    def of(self, statement: Statement, proof: Proof) -> Proof:
        """The proof, unless what is missing may be made when the program runs, or be in another database."""
        if doubt := self.makings.against(normal(statement).sql, proof):
            return Proof(unjudged=doubt)
        name = _missing(proof)
        if not name:
            if proof.code == _SYNTAX and self._strange(statement):
                return Proof(unjudged="it may be for another database, of whose tables it speaks")
            alike = proof.code and self._away(statement)
            return Proof(unjudged=f"{alike} may be of another database") if alike else proof
        if name in self.makings.made:
            return Proof(unjudged=f"the program makes {name} itself")
        if name in self.dropped or name in self.elsewhere:
            return proof
        if self.makings.unnamed:
            return Proof(unjudged=f"the program makes tables of names that are not known, so perhaps {name}")
        return proof if self._here(statement, name) else Proof(unjudged=f"{name} may be of another database")

    def _strange(self, statement: Statement) -> bool:
        """The statement speaks of relations, and neither it nor its file of one of this database."""
        uri, text = statement.at.uri if statement.at else "", statement.text.value
        if uri in self.home or normal(statement).open:
            return False
        return self.known.isdisjoint(words(text)) and bool(_OF_RELATION.search(text))

    def _away(self, statement: Statement) -> str:
        """The relation that is only called like one of this database: nothing in the program speaks to this at all."""
        uri = statement.at.uri if statement.at else ""
        if self.home or len(self.strange.get(uri, ())) < _MANY:
            return ""
        return min(self.known.intersection(words(statement.text.value)), default="")

    def _here(self, statement: Statement, name: str) -> bool:
        """The statement, or another of its file, is about this database; or all that is missing there are slips."""
        uri = statement.at.uri if statement.at else ""
        if self.known.intersection(words(statement.text.value)) or uri in self.home:
            return True
        return uri not in self.strange and name in self.slipped


def _missing(proof: Proof) -> str:
    """The relation that the server does not know."""
    found = RELATION.match(proof.message)
    return found[1].rpartition(".")[2] if found else ""
