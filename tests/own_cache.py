"""A cache directory of a test's own, in which only the clusters are shared that initdb made: they hang on no test."""

from __future__ import annotations

from pathlib import Path

from pgconform.support.caches import cache_home

TEMPLATES = cache_home() / "postgres"


def own_cache(place: Path) -> str:
    """That directory, for ``PGCONFORM_CACHE_DIR``; there already or not."""
    TEMPLATES.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.mkdir(exist_ok=True)
    if not (place / TEMPLATES.name).exists():
        (place / TEMPLATES.name).symlink_to(TEMPLATES)
    return str(place)
