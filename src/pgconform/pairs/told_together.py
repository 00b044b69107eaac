"""What several places of documents say of one column, and relations of which none says anything."""

from __future__ import annotations

from pgconform.pairs.alone import Alone
from pgconform.pairs.pair import FieldPair, TruthPair


class ToldTwicePair(Alone):
    """Two places that say different things of a column, where the truth says nothing; ``what`` is what they differ in.

    ``said`` is the first place's word, ``other`` the second's, at whose place this stands.
    """

    source = "document"

    def __init__(self, first: FieldPair, second: FieldPair, what: str, said: str, other: str) -> None:
        self.subject = second.subject
        self.relation_name = second.relation_name
        self.at = second.at
        self.truth_at = first.at
        self.what = what
        self.said = said
        self.other = other


class UntoldPair(TruthPair):
    """A relation of the truth that no document speaks of."""
