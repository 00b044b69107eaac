"""SQL of another server, told by words that Postgres does not have."""

from __future__ import annotations

import re

from pgconform.sql.leading import COMMENT

_TELLING = 16 << 10
OWN = (
    rb"(?i)\b(?:big|small)?serial\b|\btimestamptz\b|\bwith\s+time\s+zone\b|\bjsonb\b|\bbytea\b|\w\[\]|::\w|\$\$"
    rb"|\bplpgsql\b|\bgen_random_uuid\b|\bcreate\s+extension\b|\bas\s+identity\b"
)
"""What no other server understands, as far as servers are told apart here."""
_FOREIGN = (
    rb"(?im)\bENGINE\s*=|\bAUTOINCREMENT\b|\bAUTO_INCREMENT\b|\bDateTime64\b|\bIDENTITY\(1|^\s*GO\s*$|^\s*`\w"
    rb"|\bTABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?`|\bCREATE\s+VIRTUAL\s+TABLE\b|^\s*PRAGMA\s|\bINSERT\s+OR\s+(?:IGNORE|REPLACE)\b"
    rb"|\bON UPDATE CURRENT_TIMESTAMP\b|\b\w*INT(?:EGER)?\s*(?:\(\s*\d+\s*\))?\s+UNSIGNED\b|\bINSERT IGNORE\s"
    rb"|\s(?:TINYINT|MEDIUMINT|MEDIUMTEXT|LONGTEXT)\b"
    rb"|\bdatetime\s*\(\s*'now'|\bWITHOUT\s+ROWID\b|\bTIMESTAMP_[NL]TZ\b"
)
_FOREIGN_WORDS = (
    *(b"engine", b"autoincrement", b"auto_increment", b"datetime64", b"identity(1", b"go\n", b"go\r", b"`"),
    *(b"on update current_", b"unsigned", b"insert ignore", b"tinyint", b"mediumint", b"mediumtext", b"longtext"),
    *(b"virtual", b"pragma", b"insert or", b"'now'", b"rowid", b"timestamp_"),
)
_NEVER_OWN = rb"(?im)^\s*[\"\w]+\s+DATETIME\b\s*(?:[,)]|$|NOT\b|NULL\b|DEFAULT\b|PRIMARY\b|UNIQUE\b)|\bstrftime\s*\("
"""What Postgres does not have either, and is written by mistake for it too."""
_NEVER_OWN_WORDS = (b"datetime", b"strftime")
_COMMENT = COMMENT.encode()


def is_foreign(text: bytes) -> bool:
    """Whether the text speaks another server's SQL, comments apart, as far as its beginning shows."""
    beginning = text[:_TELLING]
    lowered = beginning.lower() + b"\n"
    told = any(word in lowered for word in _FOREIGN_WORDS)
    if not (told or any(word in lowered for word in _NEVER_OWN_WORDS)):
        return False
    said = re.sub(_COMMENT, b"\n", beginning)
    if told and re.search(_FOREIGN, said):
        return True
    return re.search(_NEVER_OWN, said) is not None and re.search(OWN, said) is None
