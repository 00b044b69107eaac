from datetime import datetime
from typing import Any, ClassVar, Optional
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["AppModel", "Identified", "Stamp", "Timed", "UUID"]

SHARED = ConfigDict(populate_by_name=True, extra="forbid")
LIMIT = 40
PREFIX = r"^[A-Z]"


class AppModel(BaseModel):
    model_config = ConfigDict(from_attributes=True, str_strip_whitespace=True)


class Stamp(BaseModel):
    at: datetime
    by: Optional[str] = None


class Timed:
    created_at: datetime
    updated_at: Optional[datetime] = None
    registry: ClassVar[dict[str, Any]] = {}


class Identified(AppModel):
    id: UUID = Field(default_factory=uuid4, description="the key")


class _Hidden(AppModel):
    secret: str = "s"
