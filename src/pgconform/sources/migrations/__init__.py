"""The truth from migrations, offline: SQL files applied to an embedded Postgres and read back."""

from pgconform.sources.migrations.detect import Candidate, detect
from pgconform.sources.migrations.limits import Limits
from pgconform.sources.migrations.read import open_shadow, read

__all__ = ["Candidate", "Limits", "detect", "open_shadow", "read"]
