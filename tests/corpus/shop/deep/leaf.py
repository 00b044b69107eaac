from __future__ import annotations

from pydantic import BaseModel

from .. import enums as labels
from ..base import *


class Leaf(BaseModel):
    status: labels.Status
    color: labels.Color | None = None
    branch: Branch | None = None


class Branch(BaseModel):
    leaves: list[Leaf] = []
    again: Branch | None = None


class FromStar(AppModel):
    visible: int
    stamp: Stamp
