import enum
from enum import Enum, IntEnum, StrEnum, auto


class Status(str, Enum):
    OPEN = "open"
    CLOSED = "closed"
    HELD = "on hold"

    @property
    def final(self) -> bool:
        return self is Status.CLOSED


class Color(StrEnum):
    RED = auto()
    GREEN = auto()


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Size(enum.Enum):
    S = "s"
    M = "m"
    MEDIUM = "m"


class Mixed(enum.Enum):
    ONE = 1
    TWO = "two"


class Forgiving(StrEnum):
    A = "a"
    B = "b"

    @classmethod
    def _missing_(cls, value: object) -> "Forgiving":
        return cls.A


class Base(str, Enum):
    def __str__(self) -> str:
        return self.value


class Derived(Base):
    X = "x"
    Y = "y"


PREFIX = "pre-"


class Computed(str, Enum):
    A = PREFIX + "a"
    B = "b"


Functional = Enum("Functional", {"ON": "on", "OFF": "off"})
Pairs = StrEnum("Pairs", [("A", "a"), ("B", "b")])
Listed = StrEnum("Listed", "North South")
