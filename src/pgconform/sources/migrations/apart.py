"""Files that lie among migrations and say of themselves that they are none, or that nobody is to run them."""

from __future__ import annotations

from pgconform.sql.leading import LEADING
from pgconform.support.patterns import deferred

_TELLING = 4 << 10
_HINT = deferred(rb"(?i)\b(?:migration|not|never|only)\b")
_LEADING = deferred(LEADING.encode())
_MARKS = deferred(rb"(?m)^[ \t]*(?:--|/\*|\*/?)|\*/[ \t]*$")
_BREAK = deferred(rb"(?<=\S)[ \t]*\n[ \t]*(?=\S)")
_END = rb"\s*(?:[^\w\s'\"`]|\n|\Z)"
_APART = deferred(
    rb"(?i)\b(?:not\s+an?\s+(?:\w+\s+)?migration(?:\s+(?:file|script))?"
    rb"|(?<!-)(?:scaffold|stub|example|template|sketch|draft)\s+only"
    rb"|(?:do\s+not|don't|never)\s+(?:run|apply|execute|use)(?:\s+(?:this|it))?(?:\s+(?:file|script|migration|sql))?"
    rb"|(?:should|must|shall)\s+(?:not|never)\s+be\s+(?:run|applied|executed|used))" + _END
)
"""What is said so without a condition: "do not run twice" is said of what is run once."""


def is_apart(text: bytes) -> bool:
    """Whether the comments before the first statement say that the file is no migration, or not to be run."""
    beginning = text[:_TELLING]
    if not _HINT.search(beginning) or not (told := _LEADING.match(beginning)):
        return False
    said = _BREAK.sub(b" ", _MARKS.sub(b"", told[0]))
    return _APART.search(said) is not None
