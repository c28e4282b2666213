"""The reference: what Python code may use, made of signatures and docstrings.

``python -m cogov.reference docs`` writes docs/reference.md. It has every module in one line, and in full the modules
of ``SURFACE``. A generator of whole sites would bring a theme, a server and a configuration for one page of text.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from .scenarios.declarations import markdown_table

PACKAGE = __package__ or "cogov"
COMMAND = f"python -m {PACKAGE}.reference docs"
ROOMS = ("agents", "model", "scenarios", "experiments", "viz")
SURFACE = (
    "scenarios.city_model", "scenarios.loader", "scenarios.show", "scenarios.plan", "scenarios.schema",
    "scenarios.registry", "scenarios.policies.base",
    "model.levers", "model.interventions", "model.measures", "model.draws", "model.simulation", "model.plan",
    "model.incidents", "agents.columns", "agents.parameters", "agents.rules", "experiments.run", "experiments.compare",
    "experiments.comparison", "experiments.outcome", "experiments.verify", "experiments.campaign", "experiments.extent",
    "experiments.analysis", "experiments.statistics", "experiments.hypotheses", "viz.report",
)  # fmt: skip
"""Modules that notebooks, scripts, policies and stakeholders use, in the order in which one meets them."""

_HEAD = f"""# Reference

Made of the code's signatures and docstrings by `{COMMAND}`. Commands are explained by `cogov --help`, in Chinese
too (`--lang zh`). How things are done: [How-to](howto.en.md); what they mean: [the model](model.md).
本页由代码的签名和文档字符串生成；命令的说明见 `cogov --help --lang zh`。
"""


def page() -> str:
    """Return the reference as Markdown."""
    parts = [_HEAD, "## Every module in a line\n"]
    for room in ROOMS:
        rows = [(f"`{name}`", _first(module)) for name, module in modules(room)]
        parts.append(f"### {room}\n\n{_first(_module(room))}\n\n{markdown_table(['module', 'what it is'], rows)}\n")
    parts += [_of_module(name) for name in SURFACE]
    return "\n".join(parts)


def modules(room: str) -> Iterator[tuple[str, ModuleType]]:
    """Yield names below the package and the modules of a room, in the order of their names.

    The page in the browser is left out: nobody imports its parts, and they need an extra.
    """
    package = _module(room)
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not found.name.endswith("__main__") and not found.name.startswith(f"{PACKAGE}.viz.view"):
            yield found.name.removeprefix(f"{PACKAGE}."), importlib.import_module(found.name)


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{PACKAGE}.{name}")


def _of_module(name: str) -> str:
    module = _module(name)
    parts = [f"## {name}\n", _text(module)]
    for key, value in vars(module).items():
        if not key.startswith("_") and _is_public(value) and value.__module__ == module.__name__:
            parts += _of_class(value) if inspect.isclass(value) else _of_function(key, value)
    return "\n".join(parts)


def _is_public(value: Any) -> bool:
    return inspect.isclass(value) or inspect.isfunction(getattr(value, "py_func", value))


def _of_class(cls: Any) -> list[str]:
    parts = [f"### class {cls.__name__}\n", _text(cls)]
    if issubclass(cls, BaseModel):  # keys of a file
        parts += [f"- `{key}`: {field.description}" for key, field in cls.model_fields.items()]
    else:
        parts.insert(1, f"```python\n{cls.__name__}{_signature(cls)}\n```\n")
    for key, value in vars(cls).items():
        value = getattr(value, "__func__", value)
        if key.startswith("_"):
            continue
        if isinstance(value, property):
            parts.append(f"- `{key}`: {_first(value)}")
        elif inspect.isfunction(value) and value.__module__ == cls.__module__:
            parts.append(f"- `{key}{_signature(value)}`: {_first(value)}")
    return [*parts, ""]


def _of_function(name: str, function: Any) -> list[str]:
    shown = getattr(function, "py_func", function)
    return [f"### {name}\n", f"```python\n{name}{_signature(shown)}\n```\n", _text(shown)]


def _signature(thing: Any) -> str:
    """Return a signature as it is written; a default that has no short literal form is three dots."""
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):
        return ""
    parts, star = [], False
    for p in signature.parameters.values():
        if p.kind is p.KEYWORD_ONLY and not star:
            parts.append("*")
        star = star or p.kind in (p.KEYWORD_ONLY, p.VAR_POSITIONAL)
        mark = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
        parts.append(mark + p.name + _typed(": ", p.annotation) + _default(p.default))
    return f"({', '.join(parts)})" + _typed(" -> ", signature.return_annotation)


def _typed(before: str, annotation: Any) -> str:
    if annotation is inspect.Signature.empty:
        return ""
    return before + (annotation if isinstance(annotation, str) else inspect.formatannotation(annotation))


def _default(value: Any) -> str:
    if value is inspect.Parameter.empty:
        return ""
    plain = value is None or isinstance(value, bool | int | float | str | tuple)
    return f" = {value!r}" if plain else " = ..."


def _text(thing: Any) -> str:
    """Return a docstring; its sections (Args, Returns, Raises, Attributes) become lists."""
    made: list[str] = []
    for line in (inspect.getdoc(thing) or "").splitlines():
        if re.fullmatch(r"(Args|Returns|Raises|Attributes|Yields):", line):
            made += [f"**{line[:-1]}**", ""]
        elif re.match(r"    \w[\w., *]*: ", line):
            name, _, rest = line.strip().partition(": ")
            made.append(f"- `{name}`: {rest}")
        elif line.startswith("     ") and made and made[-1].startswith("- `"):
            made[-1] += f" {line.strip()}"
        else:
            made.append(line.strip() if line.startswith("    ") else line)
    return "\n".join(made).replace("``", "`") + "\n"


def _first(thing: Any) -> str:
    """Return the first paragraph of a docstring in one line."""
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split()).replace("``", "`")


def main(folder: Path) -> None:
    """Write the page."""
    (folder / "reference.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
