"""Says what Pydantic itself makes of models: run by the user's own interpreter, with nothing but Pydantic beside it.

Reads one JSON object from standard input: ``roots``, the folders to import from, and ``modules``, lists of a module's
path and the dotted names it may go by. Writes one JSON object: ``models`` by "path:qualified name", and ``failed``, the
modules and models that could not be read, with the reason. Nothing of pgconform is imported here.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import sys
from typing import Any

from .fields import custom, model_fields
from .hints import Json


def inspect(model: Any) -> Json:
    with contextlib.suppress(Exception):
        model.model_rebuild()
    return {"extra": model.model_config.get("extra") or "", "fields": model_fields(model, 0)}


def classes(namespace: Any, module: str) -> list[Any]:
    """The models that a module, or a class in it, defines itself."""
    own = [item for item in vars(namespace).values() if isinstance(item, type) and item.__module__ == module]
    return [
        model
        for item in own
        if item is not namespace and item.__qualname__.startswith(getattr(namespace, "__qualname__", ""))
        for model in [item, *classes(item, module)]
    ]


def import_one(names_: list[str]) -> Any:
    problem: Exception | None = None
    for name in names_:
        try:
            return importlib.import_module(name)
        except Exception as error:
            problem = problem if problem and isinstance(error, ModuleNotFoundError) else error
    raise problem or ImportError("no name to import it by")


def main() -> None:
    order = json.load(sys.stdin)
    sys.path[:0] = order["roots"]
    answer: Json = {"models": {}, "failed": {}}
    with contextlib.redirect_stdout(sys.stderr):
        for path, names_ in order["modules"]:
            try:
                module = import_one(names_)
            except BaseException as error:
                answer["failed"][path] = f"{type(error).__name__}: {error}"
                continue
            for model in classes(module, module.__name__):
                if hasattr(model, "model_fields") and hasattr(model, "__pydantic_decorators__") and not custom(model):
                    try:
                        answer["models"][f"{path}:{model.__qualname__}"] = inspect(model)
                    except Exception as error:
                        answer["failed"][f"{path}:{model.__qualname__}"] = f"{type(error).__name__}: {error}"
    json.dump(answer, sys.stdout, default=str)


if __name__ == "__main__":
    main()
