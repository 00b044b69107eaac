"""A strict double of a Supabase database for unit tests: it refuses what the real server would refuse."""

from pgconform.testing.errors import Refused, Unsupported
from pgconform.testing.server import Database
from pgconform.testing.transport import Transport, supabase, supabase_async

__all__ = ["Database", "Refused", "Transport", "Unsupported", "supabase", "supabase_async"]
