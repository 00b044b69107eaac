"""What ``pgconform guard`` does once its command line was understood."""

from __future__ import annotations

from pathlib import Path

import msgspec

from pgconform.cli._progress import progress
from pgconform.cli._screen import look, put
from pgconform.config import Project
from pgconform.errors import Problem
from pgconform.finding import Severity
from pgconform.guard import uses as files
from pgconform.guard.collect import collect
from pgconform.guard.policy import VARIABLE, Mode, ceiling, told
from pgconform.guard.uses import FILE, Uses
from pgconform.guard.verification import Verification
from pgconform.project.api import api, searched
from pgconform.project.asking import Ask
from pgconform.project.claiming import read_claims
from pgconform.project.run import named
from pgconform.project.truths import choose
from pgconform.reports._look import Look
from pgconform.reports._paint import paint
from pgconform.reports._words import number
from pgconform.sources.opening import open_truth
from pgconform.support.writing import write_whole


class Guarding(msgspec.Struct, frozen=True):
    """The options of the command."""

    target: str
    uses: Path | None
    truth: str
    only_check: bool


def written(project: Project, said: Guarding) -> int:
    """Writes the file of what is used, or only says whether it is out of date; gives the exit code."""
    file, how = said.uses or project.root / FILE, look(project.root, file=False)
    ref = choose(project, said.truth)
    with progress() as tell:
        tell(f"reading the truth: {ref}")
        truth = named(open_truth(ref, project.root), ref)
        tell("reading Python files")
        claims = read_claims(project, truth, Ask()).schemas
        uses = collect(truth, claims, searched(project), api(project))
    text = files.text(uses)
    there = file.is_file()
    same = there and file.read_text(encoding="utf-8", errors="replace") == text
    if said.only_check:
        done = "out of date" if there else "there is no such file yet"
    else:
        done = "written anew" if there else "written"
    state = paint("up to date" if same else done, "good" if same else "warning", how)
    if not same and not said.only_check:
        write_whole(file, text)
    put(_written(file.name, uses, state, how))
    return int(said.only_check and not same)


def _written(name: str, uses: Uses, state: str, how: Look) -> str:
    held = [number(len({claim.qualified for claim in uses.claims}), "relation")]
    columns = {(claim.qualified, field.name) for claim in uses.claims for field in claim.fields}
    held += [number(len(columns), "column")]
    held += [number(len(uses.functions), "function")] if uses.functions else []
    left = f"{number(uses.unjudged, 'site')} that could not be judged (pgconform check --show-unjudged)"
    lines = [f"{paint(name, 'file', how)}  {', '.join(held)} used  {state}"]
    lines += [paint(f"  not in it: {left}", "dim", how)] if uses.unjudged else []
    return "\n".join(lines) + "\n"


def asked(project: Project, said: Guarding) -> int:
    """Asks the database, and says what it lacks; gives the exit code."""
    how = look(project.root, file=False)
    most = ceiling()
    if most is Mode.OFF:
        put(f"the guard is off ({VARIABLE})\n")
        return 0
    uses = files.read(said.uses or files.find(project.root))
    ref = choose(project, said.target, live=not said.target)
    found = _verified(project, uses, ref)
    put("".join(f"{line}\n" for line in _told(uses, found, how)))
    return int(not found.ok and most is Mode.RAISE)


def _verified(project: Project, uses: Uses, ref: str) -> Verification:
    from pgconform.guard.drivers import asking
    from pgconform.guard.verification import judged, run, steps
    from pgconform.sources.postgres.connect import is_url

    if not is_url(ref):
        if not ref.startswith("supabase:"):
            raise Problem(f"{ref} is no database that can be asked", "it takes postgresql://…, $NAME or supabase:")
        return judged(uses, open_truth(ref, project.root), (), "schema")
    with asking(ref) as ask:
        return run(steps(uses), ask)


def _told(uses: Uses, found: Verification, how: Look) -> list[str]:
    lines = [told(finding) for finding in sorted(found.findings, key=lambda one: (one.severity.rank, one.order()))]
    errors = sum(finding.severity is Severity.ERROR for finding in found.findings)
    relations = number(len({claim.qualified for claim in uses.claims}), "relation")
    verdict = (
        paint(f"the database has what this program uses of {relations}", "good", how)
        if not errors
        else paint(f"this program cannot run on this database: {number(errors, 'error')}", "error", how)
    )
    return [*lines, f"{verdict}  {found.seconds * 1000:.0f} ms"]
