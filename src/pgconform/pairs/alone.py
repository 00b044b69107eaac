"""What is odd whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgconform.finding import Severity

if TYPE_CHECKING:
    from pgconform.schema import Unread
    from pgconform.shape import Location


class Alone:
    """A pair in which no claimant is judged: something of the truth, of a file or of a comment by itself."""

    site: bool = False
    unjudged: Unread | None = None
    source: str = "truth"
    subject: str = ""
    relation_name: str = ""
    holder: str = ""
    ceiling: Severity = Severity.WARNING
    truth_at: Location | None = None
