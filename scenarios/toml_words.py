"""What Python's TOML parser complains of, which it says in English only, as sentences of both languages."""

from __future__ import annotations

import re
from collections.abc import Callable

from .sentences import Sentence, t

_FORMS: tuple[tuple[str, Callable[..., Sentence]], ...] = (
    (r"Invalid statement", lambda: t("this is neither a key, a table in brackets nor a comment")),
    (r"Expected newline or end of document after a statement", lambda: t("a line has to end behind its value")),
    (r"Expected '=' after a key in a key/value pair", lambda: t("a key has to be followed by =")),
    (r"Expected ']' at the end of a table declaration", lambda: t("the name of a table has to end with ]")),
    (r"Expected ']]' at the end of an array declaration",
     lambda: t("the name of a table of a list has to end with ]]")),
    (r"Expected ['\"](?P<x>.+)['\"]", lambda x: t("{x} is expected here", x=x)),
    (r"Invalid initial character for a key part", lambda: t("no key begins with this sign; put it into quotes")),
    (r"Invalid value", lambda: t("a value is missing or cannot begin so; text has to stand in quotes")),
    (r"Invalid date or datetime", lambda: t("there is no such date or time")),
    (r"Invalid hex value", lambda: t("behind \\x, \\u or \\U there have to be hexadecimal digits")),
    (r"Escaped character is not a Unicode scalar value", lambda: t("there is no such sign in Unicode")),
    (r"Unescaped '\\' in a string", lambda: t("a backslash in quotes is written twice, or put the text into '...'")),
    (r"Unterminated string", lambda: t("the text does not end; its quotes are not closed")),
    (r"Unclosed array", lambda: t("the list does not end; ] is missing")),
    (r"Unclosed inline table", lambda: t("the table does not end; }} is missing")),
    (r"Found invalid character (?P<x>.+)|Illegal character (?P<y>.+)",
     lambda x, y: t("the sign {x} may not stand here", x=x or y)),
    (r"Cannot declare (?P<x>.+) twice", lambda x: t("the table {x} stands there twice", x=_dotted(x))),
    (r"Cannot overwrite a value", lambda: t("this key has a value already")),
    (r"Cannot (?:mutate immutable|redefine) namespace (?P<x>.+)",
     lambda x: t("the table {x} is complete already, nothing can be added to it", x=_dotted(x))),
    (r"Duplicate inline table key (?P<x>.+)", lambda x: t("the key {x} stands there twice", x=x)),
)  # fmt: skip
"""Complaints of ``tomllib`` as we say them; one that is not here is passed on as it is."""


def in_words(complaint: str) -> Sentence:
    """Return a complaint of ``tomllib``, without the place that it names, as a sentence of both languages."""
    for pattern, make in _FORMS:
        if found := re.fullmatch(pattern, complaint):
            return make(**found.groupdict())
    return t("{words}", words=complaint)


def _dotted(key: str) -> str:
    """Return a key as it stands in a file, of which ``tomllib`` shows the tuple."""
    return ".".join(re.findall(r"'([^']*)'", key)) or key
