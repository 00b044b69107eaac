"""What speaks against a truth that nobody named, beside the claims that miss something in it."""

from __future__ import annotations

from pgconform.pairs.alone import Alone
from pgconform.shape import Location


class _Doubt(Alone):
    """Nothing that a claimant says: what stands at ``at`` shows that the truth is not all."""

    def __init__(self, at: Location, names: tuple[str, ...]) -> None:
        self.at = at
        self.names = names


class LeftOutPair(_Doubt):
    """Files of SQL, or Alembic's revisions, of one folder that are no part of the truth: ``files`` of them.

    ``names`` are what they make or alter, and claims miss; ``places`` counts where they do.
    """

    def __init__(self, at: Location, names: tuple[str, ...], places: int, files: int = 1) -> None:
        super().__init__(at, names)
        self.places = places
        self.files = files

    @property
    def alembic(self) -> bool:
        """Python that writes SQL when it is run."""
        return self.at.uri.endswith(".py")

    @property
    def types(self) -> bool:
        """TypeScript that was read from a database."""
        return self.at.uri.endswith((".ts", ".tsx"))


class ScantyPair(_Doubt):
    """A truth that has ``held`` of the relations that the code asks for, and lacks more of them: ``names``."""

    def __init__(self, at: Location, names: tuple[str, ...], held: int) -> None:
        super().__init__(at, names)
        self.held = held
