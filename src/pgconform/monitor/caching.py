"""PostgREST's schema cache, a third truth that goes stale: asked what it knows, beside the database."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import msgspec

from pgconform.check import said_of
from pgconform.config import Project
from pgconform.errors import Problem
from pgconform.finding import Finding
from pgconform.monitor.watched import Watched
from pgconform.pairs.staleness import ApiPair
from pgconform.project.api import searched
from pgconform.rules import Rule, all_rules
from pgconform.schema import Relation, Schema
from pgconform.select import chosen, regraded
from pgconform.sources.supabase import openapi
from pgconform.sources.supabase.http import Api, ask, checked
from pgconform.sources.supabase.read import api_of
from pgconform.support.environment import expanded

PAUSES = (1.0, 4.0)
UNKNOWN = "PGRST205"
_SURE = 2
_KINDS = frozenset({"table", "partitioned table", "view", "materialized view", "foreign table"})


def rules(project: Project) -> tuple[Rule, ...]:
    """The rules that look at the cache, as far as the settings let them run."""
    config = project.config
    return tuple(rule for rule in chosen(all_rules(), config.select, config.ignore) if rule.on is ApiPair)


def stale(project: Project, target: Watched, truth: Schema, stopping: threading.Event) -> tuple[Finding, ...]:
    """What the cache has otherwise than the truth; only what it still has so after some seconds.

    A cache is loaded in the moments after a change, so that what is seen at once says nothing. Raises `Problem` where
    the API cannot be asked.
    """
    looking = rules(project)
    if not target.api or not looking:
        return ()
    api = _api(project, target)
    seen: list[set[Finding]] = []
    problem: Problem | None = None
    for pause in (0.0, *PAUSES):
        if stopping.wait(pause):
            break
        try:
            seen.append(set(_judged(project, api, truth, looking)))
        except Problem as failure:
            problem = failure
        if seen and not set.intersection(*seen):
            return ()
    if problem and len(seen) < _SURE:
        raise problem
    return tuple(sorted(set.intersection(*seen), key=Finding.order)) if seen else ()


def _judged(project: Project, api: Api, truth: Schema, looking: tuple[Rule, ...]) -> Iterator[Finding]:
    schemas = searched(project)
    cached = openapi.read(api, schemas)
    known = {relation.qualified for relation in cached.relations}
    unseen = [one for one in truth.relations if one.schema in schemas and one.kind in _KINDS and not one.extension]
    absent = frozenset(one.qualified for one in unseen if one.qualified not in known and _is_absent(api, one))
    pair = ApiPair(truth, cached, absent)
    yield from (regraded(said, project.config.severity) for said in said_of((pair,), looking))


def _is_absent(api: Api, relation: Relation) -> bool:
    """PostgREST says itself that its cache has no such relation: what a role may not see is not absent."""
    from urllib.parse import quote

    headers = {"Accept": "application/json", "Accept-Profile": relation.schema}
    answer = ask(api, f"/{quote(relation.name, safe='')}?limit=0", headers)
    try:
        said = msgspec.json.decode(answer.body)
    except msgspec.DecodeError:
        return False
    return answer.status == 404 and isinstance(said, dict) and said.get("code") == UNKNOWN


def _api(project: Project, target: Watched) -> Api:
    if target.api.startswith("supabase:"):
        return api_of(project.root)
    url = expanded(target.api, project.root)
    if url == target.api:
        raise project.problem(
            f"monitor.targets.{target.name}",
            f"the api of {target.name} is no variable",
            'it reads  "$POSTGREST_URL"  or  "supabase:"',
        )
    key = expanded(target.api_key, project.root) if target.api_key else ""
    if not key:
        raise Problem(f"no key for the api of {target.name} is set", 'name a variable:  api_key = "$POSTGREST_TOKEN"')
    return Api(checked(url), key)
