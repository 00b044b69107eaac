"""Requests labelled by a real PostgREST: what is found and what is wrongly called an error, and how long judging takes.

``python -m bench postgrest [FOLDER]``: the folder with fixture_schema.sql, cases.jsonl and mutants.jsonl; default
../shared/data/postgrest.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.requests import parse_chain

from bench.measure import best
from pgconform.check import judge
from pgconform.finding import Severity
from pgconform.postgrest.config import PostgrestConfig
from pgconform.request import Query
from pgconform.schema import Schema
from pgconform.sources.migrations import read

FOLDER = Path(__file__).parent.parent.parent / "shared" / "data" / "postgrest"
HANGS_ON_DATA = "value_not_of_type"
_RUNS = 5

Row = dict[str, Any]


def main(arguments: list[str]) -> None:
    folder = Path(arguments[0]) if arguments else FOLDER
    if not folder.is_dir():
        print(f"{folder} is not here")
        return
    truth = read([folder / "fixture_schema.sql"], folder)
    cases, mutants = (list(_rows(folder / f"{name}.jsonl")) for name in ("cases", "mutants"))
    _cases(truth, cases)
    _mutants(truth, mutants)
    _speed(truth, [parse_chain(row["chain"]) for row in mutants])


def _rows(file: Path) -> Iterator[Row]:
    yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())


@cache
def _config(said: str) -> PostgrestConfig:
    given = json.loads(said)
    schemas = given.get("configDbSchemas", ["test"])
    return PostgrestConfig(
        schemas=tuple([schemas] if isinstance(schemas, str) else schemas),
        extra_search_path=tuple(given.get("configDbExtraSearchPath", ())),
        aggregates=given.get("configDbAggregates", False),
        legacy_target_names=given.get("configUrlUseLegacyTargetNames", True),
    )


def _errors(truth: Schema, row: Row) -> list[str]:
    config = _config(json.dumps(row.get("config") or {}, sort_keys=True))
    claim = Schema(queries=(parse_chain(row["chain"]),))
    found = judge(truth, claim, schemas=config.schemas, postgrest=config).findings
    return [f"{item.code} {item.message}" for item in found if item.severity is Severity.ERROR]


def _cases(truth: Schema, rows: Iterable[Row]) -> None:
    good = [row for row in rows if row["chain_ok"]]
    wrong = [(row["chain"], found) for row in good if (found := _errors(truth, row))]
    print(f"requests of the suite that succeed: {len(good)}, called an error: {len(wrong)}")
    _list(wrong)


def _mutants(truth: Schema, rows: Iterable[Row]) -> None:
    kinds: defaultdict[str, Counter[str]] = defaultdict(Counter)
    wrong, missed = [], []
    for row in rows:
        found = _errors(truth, row)
        kind = "succeeds" if row["ok"] else row["fail_kind"]
        kinds[kind]["all"] += 1
        kinds[kind]["error"] += bool(found)
        if row["ok"] and found:
            wrong.append((row["chain"], found))
        elif not row["ok"] and not found:
            missed.append((row["chain"], [kind]))
    _table(kinds)
    _list(wrong)
    _list(missed)


def _table(kinds: dict[str, Counter[str]]) -> None:
    print(f"\n{'variants':36}{'all':>6}{'error':>7}{'share':>9}")
    for kind, counts in sorted(kinds.items(), key=lambda item: -item[1]["all"]):
        print(f"{kind:36}{counts['all']:6}{counts['error']:7}{counts['error'] / counts['all']:9.2%}")
    failing = [counts for kind, counts in kinds.items() if kind not in ("succeeds", HANGS_ON_DATA)]
    every, found = (sum(counts[key] for counts in failing) for key in ("all", "error"))
    print(f"{f'all that fail, but {HANGS_ON_DATA}':36}{every:6}{found:7}{found / every:9.2%}\n")


def _list(rows: Iterable[tuple[str, list[str]]]) -> None:
    for chain, said in rows:
        print(f"  {'; '.join(said)}\n    {chain}")


def _speed(truth: Schema, queries: list[Query]) -> None:
    """Judging alone: the relationships are found out anew each time, the texts were parsed before."""
    claim, config = Schema(queries=tuple(queries)), _config("{}")
    taken = best(lambda: judge(truth, claim, schemas=config.schemas, postgrest=config), _RUNS)
    print(f"\njudging {len(queries)} requests: {taken.cpu * 1000:.0f} ms of CPU, the schema cache included")
