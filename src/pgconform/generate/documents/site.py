"""The data dictionary as a static site: a page for each relation, search, diagrams, and nothing from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from pgconform.generate.documents.marks import default_of, digest, labels_of, null_of, slug, type_of
from pgconform.generate.documents.pages import Users
from pgconform.generate.documents.picture import neighbours, overview
from pgconform.generate.documents.tables import COLUMNS, filled, referred, spelled_key
from pgconform.pairs.pair import display_name
from pgconform.pairs.world import World
from pgconform.schema import Key, Link, Relation
from pgconform.shape import Field

_ASSETS = Path(__file__).parent / "assets"
_MANY = 120
_FEW = 8
_SHORT, _LONG = 40, 120
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
)
_MARKS = {".html": ("<!-- ", " -->"), ".css": ("/* ", " */"), ".js": ("/* ", " */")}


def site(world: World, relations: Sequence[Relation], users: Mapping[str, Users]) -> dict[str, str]:
    """The files of the site by their paths; every one of them ends in a mark with its sum."""
    pages = {item.qualified: f"t/{slug(display_name(world, item))}.html" for item in relations}
    found = {pages[item.qualified]: _page(world, item, pages, users.get(item.qualified, {})) for item in relations}
    found["index.html"] = _index(world, relations, pages)
    found["tables.js"] = _tables(world, relations, pages)
    for name in ("site.css", "site.js"):
        found[name] = (_ASSETS / name).read_text(encoding="utf-8")
    return {name: _sealed(name, text) for name, text in found.items()}


def edited(name: str, text: str) -> bool | None:
    """Whether a hand changed a file of the site; None for one that is not of pgconform."""
    open_, close = _MARKS.get(Path(name).suffix, ("", ""))
    body, mark, rest = text.rpartition(f"{open_}pgconform:site sum=") if open_ else ("", "", "")
    return digest(body) != rest.removesuffix(f"{close}\n") if mark else None


def _sealed(name: str, text: str) -> str:
    open_, close = _MARKS[Path(name).suffix]
    body = text if text.endswith("\n") else f"{text}\n"
    return f"{body}{open_}pgconform:site sum={digest(body)}{close}\n"


def _tables(world: World, relations: Sequence[Relation], pages: Mapping[str, str]) -> str:
    """What the search looks through."""
    rows = [[display_name(world, item), pages[item.qualified], item.kind, [*world.fields(item)]] for item in relations]
    lines = ",\n".join(json.dumps(row, ensure_ascii=True).replace("<", "\\u003c") for row in rows)
    return f"window.pgconform = [\n{lines}\n];\n"


def _framed(title: str, body: str, root: str = "", here: str = "") -> str:
    return f"""<!doctype html>
<html lang="en" data-root="{root}" data-here="{escape(here)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="generator" content="pgconform">
<title>{escape(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{root}site.css">
<script src="{root}tables.js" defer></script>
<script src="{root}site.js" defer></script>
</head>
<body>
<header>
<a href="{root}index.html">Schema</a>
<div class="search" role="search">
<input type="search" placeholder="Search tables and columns" aria-label="Search tables and columns" autocomplete="off">
<ul class="found" role="listbox" aria-label="Found"></ul>
</div>
</header>
<div class="page">
<nav aria-label="Tables"><ul></ul></nav>
<main>
{body}
</main>
</div>
</body>
</html>
"""


def _index(world: World, relations: Sequence[Relation], pages: Mapping[str, str]) -> str:
    rows = [
        [
            f'<a href="{_address(pages[item.qualified])}">{escape(display_name(world, item))}</a>',
            escape(item.kind),
            str(len(world.fields(item))),
            escape(item.comment or ""),
        ]
        for item in relations
    ]
    drawn = _most_joined(relations)
    picture = overview(world, drawn, {name: _address(page) for name, page in pages.items()})
    note = (
        f'<p class="quiet">The {len(drawn)} tables that most foreign keys join.</p>'
        if len(drawn) < len(relations) and len(relations) > _MANY
        else ""
    )
    leads = ' · <a href="#part-diagram">diagram</a>' if picture else ""
    parts = [
        "<h1>Database schema</h1>",
        f'<p class="quiet">{len(relations):,} tables and views{leads}</p>',
        _section("Tables", _grid(("Table", "Kind", "Columns", "Description"), rows, ("name",))),
        _section("Diagram", f'{note}<div class="scroll picture">{picture}</div>' if picture else ""),
    ]
    return _framed("Database schema", "\n".join(part for part in parts if part))


def _most_joined(relations: Sequence[Relation]) -> list[Relation]:
    """The relations to draw: of very many those with the most foreign keys from and to them."""
    if len(relations) <= _MANY:
        return list(relations)
    weight = {item.qualified: len(item.links) for item in relations}
    for item in relations:
        for link in item.links:
            if (name := f"{link.target_schema}.{link.target}") in weight:
                weight[name] += 1
    kept = sorted(relations, key=lambda item: (-weight[item.qualified], item.qualified))[: _MANY // 2]
    return sorted(kept, key=lambda item: item.qualified)


def _page(world: World, relation: Relation, pages: Mapping[str, str], users: Users) -> str:
    near = {name: _address(f"../{page}") for name, page in pages.items()}
    picture = neighbours(world, relation, near)
    comment = f'<p class="lead">{escape(relation.comment)}</p>' if relation.comment else ""
    parts = [
        f'<h1 class="name">{escape(display_name(world, relation))}</h1>',
        f'<p class="quiet">{_kind(relation)}</p>{comment}',
        _section("Columns", _columns(world, relation, near)),
        _section("Keys", _list(map(_key, relation.keys))),
        _section("References", _list(_reference(world, link, near) for link in relation.links)),
        _section("Neighbours", f'<div class="scroll picture">{picture}</div>' if picture else ""),
        _section("Checks", _list(_code(check.expression) for check in relation.checks)),
        _section("Policies", _policies(relation)),
        _section("Triggers", _list(_code(trigger.name) for trigger in relation.triggers)),
        _section("Used by", _used(users)),
        _section("Definition", _definition(relation)),
    ]
    here = pages[relation.qualified]
    return _framed(display_name(world, relation), "\n".join(part for part in parts if part), "../", here)


def _kind(relation: Relation) -> str:
    secured = {True: " · row-level security is on", False: " · row-level security is off", None: ""}
    rls = secured[relation.row_security] if "table" in relation.kind else ""
    return f"{escape(relation.kind.capitalize())} of schema {_code(relation.schema)}{rls}"


def _section(title: str, body: str) -> str:
    return f'<h2 id="part-{title.lower().replace(" ", "-")}">{title}</h2>\n{body}' if body else ""


def _columns(world: World, relation: Relation, pages: Mapping[str, str]) -> str:
    rows = [_column(world, relation, field, pages) for field in world.fields(relation).values()]
    return _grid(*filled(COLUMNS, rows), ("name", "type"), list(world.fields(relation)))


def _column(world: World, relation: Relation, field: Field, pages: Mapping[str, str]) -> list[str]:
    stored = world.stored(field) if field.origin else field
    primary = any(key.kind == "primary" and field.name in key.columns for key in relation.keys)
    values = labels_of(field.type, stored.bounds)
    links = [link for link in relation.links if field.name in link.columns]
    return [
        escape(field.name) + ('<span class="key">PK</span>' if primary else ""),
        _code(type_of(field)),
        null_of(field),
        _default(field),
        " ".join(map(_code, values)),
        "<br>".join(_target(world, link, pages) for link in links),
        escape(field.comment or ""),
    ]


def _default(field: Field) -> str:
    text = default_of(field)
    if len(text) <= _LONG:
        return _maybe(text)
    return f"<details><summary>{len(text):,} characters</summary>{_code(text)}</details>"


def _target(world: World, link: Link, pages: Mapping[str, str]) -> str:
    target, name = referred(world, link)
    told = _code(name)
    page = pages.get(target.qualified, "") if target else ""
    return f'<a href="{page}">{told}</a>' if page else told


def _key(key: Key) -> str:
    word, said = spelled_key(key)
    return f"{escape(word)} {_code(said)}{f' where {_code(key.partial)}' if key.partial else ''}"


def _reference(world: World, link: Link, pages: Mapping[str, str]) -> str:
    action = f", on delete {escape(link.on_delete)}" if link.on_delete != "no action" else ""
    return f"{_code(', '.join(link.columns))} → {_target(world, link, pages)}{action}"


def _policies(relation: Relation) -> str:
    rows = [
        [
            escape(item.name),
            escape(item.command),
            " ".join(map(_code, item.roles)),
            _maybe(item.using),
            _maybe(item.check),
        ]
        for item in sorted(relation.policies, key=lambda item: (item.command, item.name))
    ]
    return _grid(("Policy", "For", "Roles", "Using", "With check"), rows) if rows else ""


def _used(users: Users) -> str:
    words = (("read", "Read in"), ("written", "Written in"), ("modelled", "Modelled in"))
    rows = [
        [escape(column or "the table"), *(_files(how.get(word, ())) for word, _ in words)]
        for column, how in sorted(users.items())
    ]
    return _grid(("Used", *(title for _, title in words)), rows, ("name",)) if rows else ""


def _files(uris: Sequence[str]) -> str:
    more = f"<br>and {len(uris) - _FEW} more" if len(uris) > _FEW else ""
    return "<br>".join(f'<code class="file">{escape(uri).replace("/", "/<wbr>")}</code>' for uri in uris[:_FEW]) + more


def _definition(relation: Relation) -> str:
    told = "view" in relation.kind and relation.definition
    return f"<pre><code>{escape(relation.definition.strip())}</code></pre>" if told else ""


def _grid(
    header: Sequence[str], rows: Iterable[Sequence[str]], kinds: Sequence[str] = (), anchors: Sequence[str] = ()
) -> str:
    """A table; ``kinds`` are the classes of its first cells, ``anchors`` the places of its rows."""
    lines = []
    for number, row in enumerate(rows):
        cells = "".join(f"<td{_class(kinds, place)}>{cell}</td>" for place, cell in enumerate(row))
        place = f' id="{escape(anchors[number])}"' if anchors else ""
        lines.append(f"<tr{place}>{cells}</tr>")
    titles = "".join(f'<th scope="col">{title}</th>' for title in header)
    body = "\n".join(lines)
    return f'<div class="scroll"><table>\n<thead><tr>{titles}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table></div>'


def _class(kinds: Sequence[str], place: int) -> str:
    return f' class="{kinds[place]}"' if place < len(kinds) else ""


def _list(items: Iterable[str]) -> str:
    lines = "\n".join(f"<li>{item}</li>" for item in items)
    return f'<ul class="plain">\n{lines}\n</ul>' if lines else ""


def _maybe(text: str) -> str:
    return _code(text) if text else ""


def _code(text: str) -> str:
    """A text in code, kept on one line where it is short."""
    kind = ' class="short"' if len(text) <= _SHORT else ""
    return f"<code{kind}>{escape(text)}</code>"


def _address(page: str) -> str:
    return escape(quote(page, safe="/.-_"))
