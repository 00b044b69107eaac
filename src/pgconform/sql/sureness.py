"""Whether a relation that the server does not know is missing: what all statements of a project say together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pgconform.request import HOLE, Proof, Statement
from pgconform.schema import Schema
from pgconform.sql.doubts import RELATION, words
from pgconform.support.names import slip

_MADE = re.compile(
    r"\bcreate\s+(?:(?:global|local)\s+)?(?:temp|temporary|unlogged)?\s*(?:table|view|materialized\s+view)\s+"
    r'(?:if\s+not\s+exists\s+)?(?:\w+\.)?"?(\w+)',
    re.IGNORECASE,
)
_TAKEN = re.compile(
    r'\b(?:rename\s+to\s+"?(\w+)'
    r'|into\s+(?:(?:temp|temporary|unlogged)\s+)?(?:table\s+)?"?(\w+)"?\s+from\b)',
    re.IGNORECASE,
)
"""Names that tables get otherwise than by a CREATE: ``ALTER TABLE … RENAME TO name``, ``SELECT … INTO name FROM …``."""
_UNNAMED = re.compile(
    rf"\b(?:create\s+(?:\w+\s+)?table\s+(?:if\s+not\s+exists\s+)?|rename\s+to\s+)[\w.\"]*[{HOLE}{{%]", re.IGNORECASE
)


class Sureness:
    """What is known of a program's tables: those it makes itself, and the files that speak of this database at all."""

    def __init__(
        self, truth: Schema, schemas: Sequence[str], statements: Sequence[Statement], proofs: Sequence[Proof | None]
    ) -> None:
        self.known = {item.name for item in truth.relations if item.schema in schemas}
        self.elsewhere = {item.name for item in truth.relations} - self.known
        self.dropped = {item.name for item in truth.dropped if not item.column}
        self.made = {name.lower() for one in statements for name in _made(one.text.value)}
        self.unnamed = any(_UNNAMED.search(one.text.value) for one in statements)
        both = zip(statements, proofs, strict=True)
        of_files = [(one, one.at.uri, proof) for one, proof in both if one.at and proof is not None]
        self.home = {
            uri for one, uri, proof in of_files if not proof.code and self.known.intersection(words(one.text.value))
        }
        missing = {name for proof in proofs if proof is not None and (name := _missing(proof))}
        self.slipped = {name for name in missing if any(slip(name, known) for known in self.known)}
        self.strange = {uri for _, uri, proof in of_files if (name := _missing(proof)) and name not in self.slipped}

    def of(self, statement: Statement, proof: Proof) -> Proof:
        """The proof, unless what is missing may be made when the program runs, or be in another database."""
        name = _missing(proof)
        if not name:
            return proof
        if name in self.made:
            return Proof(unjudged=f"the program makes {name} itself")
        if name in self.dropped or name in self.elsewhere:
            return proof
        if self.unnamed:
            return Proof(unjudged=f"the program makes tables of names that are not known, so perhaps {name}")
        return proof if self._here(statement, name) else Proof(unjudged=f"{name} may be of another database")

    def _here(self, statement: Statement, name: str) -> bool:
        """The statement, or another of its file, is about this database; or all that is missing there are slips."""
        uri = statement.at.uri if statement.at else ""
        if self.known.intersection(words(statement.text.value)) or uri in self.home:
            return True
        return uri not in self.strange and name in self.slipped


def _made(text: str) -> Iterator[str]:
    yield from _MADE.findall(text)
    for names in _TAKEN.findall(text):
        yield from filter(None, names)


def _missing(proof: Proof) -> str:
    """The relation that the server does not know."""
    found = RELATION.match(proof.message)
    return found[1].rpartition(".")[2] if found else ""
