"""Which Pydantic reads a model: what the nearest list of requirements asks for, else what its file is written for."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.sources.python.facts.classes import ClassFacts
from pgconform.sources.python.facts.facts import ModuleFacts
from pgconform.sources.python.files.pydantics import Generation
from pgconform.sources.python.models.lineage import Line
from pgconform.sources.python.models.settings import RENAMED
from pgconform.sources.python.modules.project import Project
from pgconform.sources.python.vocabulary.names import OWN_MODELS

_NEW = frozenset(
    {"AfterValidator", "AliasChoices", "AliasGenerator", "AliasPath", "BeforeValidator", "ConfigDict", "Discriminator"}
    | {"PlainSerializer", "PlainValidator", "RootModel", "SerializeAsAny", "StringConstraints", "TypeAdapter"}
    | {"ValidationInfo", "WrapSerializer", "WrapValidator", "computed_field", "field_serializer", "field_validator"}
    | {"model_serializer", "model_validator", "validate_call"}
)
_OLD = frozenset(
    {"BaseSettings", "Extra", "parse_obj_as", "parse_raw_as", "root_validator", "validate_arguments", "validator"}
)
_NEW_PACKAGES = ("pydantic_core", "pydantic_settings")
_OLD_MODULES = ("pydantic.class_validators", "pydantic.error_wrappers", "pydantic.generics")
_NEW_SETTINGS = frozenset({*RENAMED.values(), "json_schema_extra"})


class Generations:
    """Tells which Pydantic reads the models of a project.

    What no list and no word of the files tells is taken to be what anybody gets who installs Pydantic today, unless
    some list of the project asks for an old one.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._written: dict[str, frozenset[Generation]] = {}

    def of(self, line: Line) -> Generation:
        """The Pydantic that reads the model of that line; EITHER where nobody can tell."""
        if "pydantic.v1" in line.outside:
            return Generation.OLD
        if not OWN_MODELS.isdisjoint(line.outside):
            return Generation.NEW
        near = self._project.pydantics.near(line.ancestors[0].found.uri)
        return self._told(line) if near is None else near

    def _told(self, line: Line) -> Generation:
        """What the words of its files tell."""
        written = [self._written_for(ancestor.found.uri) for ancestor in line.ancestors]
        if any(Generation.NEW in found for found in written):
            return Generation.NEW
        return Generation.EITHER if any(written) or not self._project.pydantics.all_new else Generation.NEW

    def _written_for(self, uri: str) -> frozenset[Generation]:
        if (found := self._written.get(uri)) is None:
            found = self._written[uri] = frozenset(_written_for(self._project.modules[uri]))
        return found


def _written_for(facts: ModuleFacts) -> Iterator[Generation]:
    """The generations whose words a file uses."""
    for item in facts.imports:
        package, _, _ = item.module.partition(".")
        if package in _NEW_PACKAGES or (package == "pydantic" and item.attribute in _NEW):
            yield Generation.NEW
        elif item.module in _OLD_MODULES or (package == "pydantic" and item.attribute in _OLD):
            yield Generation.OLD
    for of in facts.classes:
        yield from _configured(of)


def _configured(facts: ClassFacts) -> Iterator[Generation]:
    """The generations in whose way a class is configured: ``class Config`` is the old one, and goes on to be read."""
    if any(member.name == "model_config" for member in facts.members):
        yield Generation.NEW
    for inner in facts.classes:
        if inner.name == "Config":
            names = {member.name for member in inner.members}
            yield Generation.OLD if names.isdisjoint(_NEW_SETTINGS) else Generation.NEW
        yield from _configured(inner)
