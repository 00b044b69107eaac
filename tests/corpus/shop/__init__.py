from .base import AppModel
from .enums import *
from .types import Json as JsonAlias
from .types import Money

__all__ = ["AppModel", "Color", "JsonAlias", "Money", "Status"]
