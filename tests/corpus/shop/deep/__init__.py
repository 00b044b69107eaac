from ..types import Percent as Percentage
from .leaf import Leaf as Leaf
