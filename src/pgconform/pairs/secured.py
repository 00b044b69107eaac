"""What is said of who may see rows, beside the relations that it is said of."""

from __future__ import annotations

from pgconform.finding import Severity
from pgconform.pairs.pair import display_name
from pgconform.pairs.world import World
from pgconform.schema import Relation, Secured, Unread


class SecuredPair:
    """``truths`` are the relations of the claim that are there."""

    site = True
    source = "document"
    holder = ""
    ceiling = Severity.WARNING

    def __init__(self, world: World, claim: Secured) -> None:
        self.world = world
        self.claim = claim
        found = (world.relation(name, schema) for schema, name in claim.relations)
        self.truths = tuple(one for one in found if one is not None)
        one = self.truths[0] if len(self.truths) == 1 else None
        self.subject = display_name(world, one) if one else ""
        self.relation_name = one.qualified if one else ""
        self.at = claim.at
        self.truth_at = one.at if one else None

    @property
    def unlike(self) -> tuple[Relation, ...]:
        """The relations of which the claim says the contrary of what is."""
        if self.claim.enabled is None:
            return ()
        return tuple(one for one in self.truths if self._is_known(one) and one.row_security is not self.claim.enabled)

    @property
    def whole(self) -> tuple[Relation, ...]:
        """The relations all of whose policies are known."""
        return tuple(filter(self._is_known, self.truths))

    @property
    def unjudged(self) -> Unread | None:
        """What is said of all tables, and is true of few, is said of another database, or of what is to come."""
        if self.claim.every and len(self.unlike) * 2 > len(self.truths):
            return Unread("most tables have row-level security off: it may speak of others", "document", at=self.at)
        return None

    def _is_known(self, relation: Relation) -> bool:
        """Whether it is on is said, and no statement about the relation was left out that might say otherwise."""
        seen = relation.whole and not self.world.half_seen(relation.name, relation.schema)
        return seen and relation.row_security is not None
