"""What stands in a PDF, part by part: each page with all that it shows, the outline and what else tells of it all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..experiments.borne import ATTACHMENT, pdf_reader

if TYPE_CHECKING:
    from pypdf import PdfReader

STREAM = ("/Length", "/Filter", "/DecodeParms")
"""What tells how the bytes of a stream are packed, which says nothing of what they are."""


def parts_of_pdf(content: bytes) -> dict[str, bytes]:
    """Return the hash of each page and of the document, and the attachments by their names.

    A page is its contents, fonts, pictures, forms and annotations, as deep as they go. The document is what is left:
    outline, targets of links, structure for screen readers, title, actions.
    """
    reader = pdf_reader(content)
    pages = {_number(page): i for i, page in enumerate(reader.pages, 1)}
    found = {"document": _hash(_document(reader), pages)}
    for i, page in enumerate(reader.pages, 1):
        found[f"p{i}"] = _hash({key: page.raw_get(key) for key in page if key != "/Parent"}, pages)
    for name, contents in reader.attachments.items():
        for k, data in enumerate(contents):
            if k or name != ATTACHMENT:
                found[name + "'" * k] = data
    return found


def _document(reader: PdfReader) -> dict[str, Any]:
    """Return what a PDF holds beside its pages and attachments."""
    root = reader.root_object
    names: Any = root["/Names"].get_object() if "/Names" in root else {}
    return {
        "/Root": {key: root.raw_get(key) for key in root if key not in ("/Pages", "/Names")},
        "/Names": {key: names.raw_get(key) for key in names if key != "/EmbeddedFiles"},
        "/Info": reader.trailer.get("/Info", {}),
    }


def _number(page: Any) -> int:
    return int(page.indirect_reference.idnum)


def _hash(value: Any, pages: dict[int, int]) -> bytes:
    """Return a hash of an object with all that it refers to, whatever the numbers of its objects are.

    Pages stand for themselves by their place; what was met before stands for itself by when it was met.
    """
    total = hashlib.sha256()
    for piece in _pieces(value, pages):
        total.update(b"%d:" % len(piece) + piece)
    return total.hexdigest().encode()


def _pieces(value: Any, pages: dict[int, int]) -> Iterator[bytes]:
    """Yield what an object is made of, in an order of its own."""
    from pypdf.generic import IndirectObject, StreamObject, TextStringObject

    met: dict[int, int] = {}
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            number = one.idnum
            if number in pages or number in met:
                yield f"page {pages[number]}".encode() if number in pages else f"met {met[number]}".encode()
                continue
            met[number] = len(met)
            one = one.get_object()
        if isinstance(one, dict):
            stream = isinstance(one, StreamObject)
            keys = sorted(key for key in one if not (stream and key in STREAM))
            yield f"{len(keys)} keys {' '.join(keys)}".encode()
            if isinstance(one, StreamObject):
                yield one.get_data()
            waiting += [one.raw_get(key) if hasattr(one, "raw_get") else one[key] for key in reversed(keys)]
        elif isinstance(one, list):
            yield f"{len(one)} items".encode()
            waiting += reversed(list(one))
        elif isinstance(one, TextStringObject):
            yield b"text " + one.original_bytes
        else:
            yield f"{type(one).__name__} {one}".encode()
