"""Which files are documents that tell what is: not what was planned, what was changed, or what stands for anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from pgconform.generate.documents.options import DocsOptions
from pgconform.support.patterns import deferred

ENDINGS = (".md", ".mdx", ".mdc", ".markdown", ".dbml", ".puml", ".plantuml", ".mmd", ".mermaid")
ENTERED = frozenset({".cursor", ".claude", ".github", ".windsurf", ".agents", ".clinerules", ".roo", ".kiro"})
_CONTEXT = deferred(
    r"(^|/)(AGENTS\.md|CLAUDE\.md|CLAUDE\.local\.md|GEMINI\.md|llms[\w-]*\.txt|\.cursorrules|\.windsurfrules|\.clinerules"
    r"|\.cursor/rules/.+|\.claude/.+|\.github/copilot-instructions\.md|\.github/instructions/.+)$",
    re.IGNORECASE,
)
_CONTEXT_FILES = (".txt", ".md")
"""Endings of those that neither are hidden nor stand in a hidden folder."""
_ELSEWHEN = deferred(
    r"(?:^|[-_./ ])(?:plans?|planning|blueprints?|designs?|proposals?|rfcs?|adrs?|archived?|archives|changelogs?"
    r"|changes|releases?|history|migrations?|upgrad\w*|todos?|roadmap|notes?|meetings?|journal|drafts?|blog|posts|news|tasks?|fixtures?"
    r"|templates?|prompts?|hand-?over|handoff|retro\w*|reports?|audits?|refactor\w*|implementation|implementing"
    r"|summary|summaries|old|legacy|deprecated|backups?|reviews?|analysis|findings|postmortem|incidents?|sprints?"
    r"|stories|epics?|prds?|prps?|brainstorm\w*|research|experiments?|progress|status|fix(?:es)?|tests?|evals?|issues?"
    r"|tickets?|investigations?|phase[-_]?\d*|milestones?|examples?|samples?|vendor|third[-_]party|tutorials?|courses?"
    r"|lessons?|i18n|locales?|licen[cs]es?)(?=[-_./ ]|$)",
    re.IGNORECASE,
)
_DATED = deferred(r"(?:19|20)\d\d[-_.]?(?:0\d|1[0-2])(?:[-_.]?[0-3]\d)?(?!\d)")
_NUMBERED = deferred(r"(^|/)(?:specs?|features?|changes)/\d{2,}[-_][^/]*/")
"""A folder for each feature as it was planned."""


_OF_SKILL = deferred(r"^(?:.*/)?skills/[^/]+/")
_FRONT = deferred(r"---[ \t]*\n(?P<said>.*?)\n---", re.DOTALL)
_PUBLISHED = deferred(r"^[ \t]*(?:license|author)[ \t]*:", re.MULTILINE)


def scope(options: DocsOptions) -> Callable[[str], bool]:
    """Whether a file, by its path relative to the root, is a document to read."""
    included, excluded, written = matching(options.include), matching(options.exclude), f"{options.out.strip('/')}/"

    def wanted(uri: str) -> bool:
        if not (uri.lower().endswith(ENDINGS) or is_context(uri)) or excluded(uri):
            return False
        return _tells_what_is(uri) or included(uri) or uri.startswith(written)

    return wanted


def skill_of(uri: str) -> str:
    """The path of the file that says what the skill is which a document is a part of; "" where it is of none."""
    found = _OF_SKILL.match(uri)
    return f"{found[0]}SKILL.md" if found else ""


def published(skill: str) -> bool:
    """The text of a skill names a licence or an author: it was written for any project, and its tables are nobody's."""
    front = _FRONT.match(skill)
    return front is not None and _PUBLISHED.search(front["said"]) is not None


def asked(options: DocsOptions) -> Callable[[str], bool]:
    """Whether a document is read though it says itself that it is a plan; what agents are given always is."""
    included = matching(options.include)
    return lambda uri: included(uri) or is_context(uri)


def is_context(uri: str) -> bool:
    """The file is one that agents are given to read."""
    possible = uri.startswith(".") or "/." in uri or uri.lower().endswith(_CONTEXT_FILES)
    return possible and _CONTEXT.search(uri) is not None


def _tells_what_is(uri: str) -> bool:
    """Neither the file nor a folder above it is dated, or named for plans, changes, examples and the like."""
    if _DATED.search(uri) or _NUMBERED.search(uri):
        return False
    path = re.sub(r"(^|/)(\.\w+)/", r"\1", uri)
    return _ELSEWHEN.search(path.rpartition(".")[0] or path) is None


def matching(lines: Iterable[str]) -> Callable[[str], bool]:
    """Whether a path matches one of these patterns, in the manner of .gitignore."""
    wanted = tuple(lines)
    if not wanted:
        return lambda _: False
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(wanted).match_file
