"""A TOML file read into a form, a pydantic model; whatever is wrong in it is said at once, each thing with its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from .errors import Problem, ScenarioError
from .messages import described
from .sentences import t
from .sources import line_of, parse, read_text, shown

F = TypeVar("F", bound=BaseModel)


def read_form(path: Path, form: type[F], *, named: bool = False) -> tuple[F, str, str]:
    """Return what a file says, the name by which messages call the file, and its text.

    Args:
        path: The file.
        form: What it has to fill.
        named: Whether the form has an ``id``, which is the file's name where the file gives none.

    Raises:
        ScenarioError: With one problem for each thing that is wrong.
    """
    name = shown(path)
    text = read_text(path, name)
    data = parse(text, name)
    if named:
        data.setdefault("id", path.stem)
    try:
        return form.model_validate(data), name, text
    except ValidationError as error:
        raise ScenarioError(list(problems_of(error, form, name, text))) from None


def problems_of(
    error: ValidationError, form: type[BaseModel], name: str, text: str, head: tuple[str, ...] = ()
) -> Iterator[Problem]:
    """Yield what a form found wrong; ``head`` leads to the table that was looked at."""
    for e in error.errors():
        place = (*head, *e["loc"])
        at = Problem(name, ".".join(map(str, place)), t(""), line=line_of(text, place))
        yield described(e["type"], e["loc"], e["input"], form, at)
