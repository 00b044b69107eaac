"""One report with everything a report can hold, for the tests of all formats."""

from __future__ import annotations

from pgconform.finding import Finding, Rename, Severity
from pgconform.report import Report, Summary, statuses
from pgconform.schema import Unread
from pgconform.shape import Location

FINDINGS = (
    Finding(
        Severity.ERROR,
        'credit_purchases has no column "note"; did you mean "notes"?',
        consequence="the update fails with PGRST204",
        help='write "notes"',
        change=Rename("note", "notes"),
        safe=True,
        fixable=True,
        code="COL001",
        name="unknown-column",
        subject="credit_purchases.note",
        relation="public.credit_purchases",
        source="query",
        at=Location("backend/billing/reconciliation.py", 79, 17, 79, 23),
        truth_at=Location("supabase/migrations/20250903_credit_purchases.sql", 12),
    ),
    Finding(
        Severity.ERROR,
        'there is no table "trigger_event_logs" in schema public',
        consequence="404 PGRST205 at run time; no migration creates it",
        code="REL001",
        name="unknown-relation",
        subject="trigger_event_logs",
        source="query",
        at=Location("backend/billing/reconciliation.py", 302, 34, 304, 2),
    ),
    Finding(
        Severity.WARNING,
        "credit_accounts.expires_at is nullable, Account.expires_at is required",
        consequence="a row with NULL fails validation",
        help="write  datetime | None = None",
        code="NUL001",
        name="null-arrives",
        subject="credit_accounts.expires_at",
        relation="public.credit_accounts",
        source="model",
        holder="Account",
        at=Location("backend/models/konto,100%:käse.py", 41, 5),
    ),
    Finding(
        Severity.INFO,
        "evil \x1b[31m\u202ename\x9b",
        code="TYP003",
        name="numeric-scale",
        source="model",
        at=Location("backend/\x1b]0;title\x07.py", 1, 1),
    ),
)
NAMES = ("public.credit_accounts", "public.credit_purchases", "public.documents")

FULL = Report(
    truth=Summary("supabase/migrations", "Postgres 18.6", (("function", 43), ("table", 3), ("view", 1)), 188),
    claims=(Summary("python", "", (("query", 732), ("model", 1)), 370),),
    findings=tuple(sorted(FINDINGS, key=Finding.order)),
    judged=1893,
    unjudged=(
        Unread("the table's name is computed", "dynamic", "", Location("backend/dynamic.py", 3, 4)),
        Unread('invalid syntax: expected ":"', "syntax", "", Location("backend/broken.py", 3, 4)),
    ),
    relations=statuses(NAMES, FINDINGS),
    seconds=2.91,
    suppressed=3,
    alone=1203,
    suggested=(
        Unread("app.Account: 86% of its fields are columns of accounts", "unmapped", "accounts", Location("a.py", 9)),
    ),
)

CLEAN = Report(
    truth=Summary("pgconform.lock.json", "", (("table", 3),), 1),
    claims=(Summary("python", "", (("model", 2),), 1),),
    judged=17,
    relations=statuses(NAMES, ()),
    seconds=0.042,
    cached=True,
)

TEXTS = {
    "backend/billing/reconciliation.py": "\n" * 76
    + 'def close(purchase):\n    client.table("credit_purchases").update({\n'
    + '        "text": "note", "note": "</script><script>alert(1)</script>",\n\t}).execute()\n'
    + "\n" * 220
    + 'client = connect("postgresql://me:hunter2@host/db")\nfor event in events:\n'
    + "    client.table('trigger_event_logs').insert(\n        event\n    ).execute()\n",
}
PAGES = {
    "COL001": "# COL001 unknown-column\n\n## What it says\n\nA <b>column</b> that is not there.\n\n"
    "| a | b |\n|---|---|\n| 1 | 2 |\n\n[NUL001](NUL001.md) · [COL003](COL003.md) · [settings](../configuration.md)\n",
    "REL001": "# REL001 unknown-relation\n\nA table that is not there.\n",
    "NUL001": "# NUL001 null-arrives\n\nNULL arrives.\n",
}
"""The pages of some of the rules."""
