"""The settings of a PostgREST server that decide what a request means."""

from __future__ import annotations

import msgspec


class PostgrestConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``schemas`` are those exposed, the first is the default; ``extra_search_path`` adds schemas to the search path.

    ``aggregates``, ``max_rows`` and ``legacy_target_names`` are ``db-aggregates-enabled``, ``db-max-rows`` and
    ``url-use-legacy-target-names``; ``version`` is the server's, as far as it is known (``13`` or ``12.2.3``).
    """

    schemas: tuple[str, ...] = ("public",)
    extra_search_path: tuple[str, ...] = ("public",)
    aggregates: bool = False
    max_rows: int | None = None
    legacy_target_names: bool = True
    version: str = "13"

    def since(self, *release: int) -> bool:
        """The server is of that release or a later one; parts that ``version`` leaves out count as the latest."""
        parts = tuple(int(part) if part.isdigit() else 0 for part in self.version.split("."))
        return parts >= release[: len(parts)]

    def search_path(self, schema: str) -> tuple[str, ...]:
        """Where unqualified functions, operators and types are looked for while a request to ``schema`` runs."""
        return (schema, *(extra for extra in self.extra_search_path if extra != schema))
