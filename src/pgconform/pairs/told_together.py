"""What several places of documents say of one column, and relations of which none says anything."""

from __future__ import annotations

from pgconform.finding import Severity
from pgconform.pairs.pair import FieldPair, display_name
from pgconform.pairs.world import World
from pgconform.schema import Relation


class ToldTwicePair:
    """Two places that say different things of a column, where the truth says nothing; ``what`` is what they differ in.

    ``said`` is the first place's word, ``other`` the second's, at whose place this stands.
    """

    site = False
    unjudged = None
    source = "document"
    holder = ""
    ceiling = Severity.WARNING

    def __init__(self, first: FieldPair, second: FieldPair, what: str, said: str, other: str) -> None:
        self.subject = second.subject
        self.relation_name = second.relation_name
        self.at = second.at
        self.truth_at = first.at
        self.what = what
        self.said = said
        self.other = other


class UntoldPair:
    """A relation of the truth that no document speaks of."""

    site = False
    unjudged = None
    source = "truth"
    holder = ""
    ceiling = Severity.WARNING

    def __init__(self, world: World, relation: Relation) -> None:
        self.subject = display_name(world, relation)
        self.relation_name = relation.qualified
        self.at = self.truth_at = relation.at
