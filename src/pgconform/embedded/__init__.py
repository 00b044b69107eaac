"""The embedded Postgres: found, copied from a cached template, started in private, and gone when we are."""

from pgconform.embedded.locate import Binaries, locate
from pgconform.embedded.server import Server, shadow

__all__ = ["Binaries", "Server", "locate", "shadow"]
