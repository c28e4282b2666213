"""A report as PDF, printed from its page by WeasyPrint: page numbers, working links, the font and the data inside."""

from __future__ import annotations

import datetime as dt
import logging
import os
from typing import TYPE_CHECKING, Any

from ..experiments.borne import ATTACHMENT as MANIFEST
from ..scenarios.sentences import Told, t
from .blocks import figures_of
from .pdf_parts import parts_of_pdf
from .seals import sealed
from .to_html import html

if TYPE_CHECKING:
    from .report import Report

_NEVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""Stands where PDF wants a time: a report does not tell when it was made."""


class MissingExtraError(Told, ImportError):
    """A library of an extra that is not installed."""


def pdf(report: Report) -> bytes:
    """Return the report as PDF; its attachments are the manifest and the data of every figure.

    Raises:
        MissingExtraError: If WeasyPrint, or Pango which it needs, is not installed.
    """
    weasyprint = _library()
    from weasyprint.urls import URLFetcher

    files = {f"{figure.name}.csv": figure.data.encode() for document in report.documents
             for figure in figures_of(document)}  # fmt: skip
    inside = URLFetcher(allowed_protocols=("data",), fail_on_errors=True)  # a report has no outside address
    page = weasyprint.HTML(string=html(report, printed=True), url_fetcher=inside).render(pdf_tags=True)

    def written() -> bytes:
        attached = [weasyprint.Attachment(string=content, name=name, created=_NEVER, modified=_NEVER)
                    for name, content in files.items()]  # fmt: skip
        made: bytes = page.write_pdf(**{**weasyprint.DEFAULT_OPTIONS, "pdf_tags": True, "attachments": attached})
        return made

    how = {"form": "pdf", "langs": [d.lang for d in report.documents], "name": "report", "opens_in": ""}
    files[MANIFEST] = b""  # holds its place: cells of tables are called by numbers of objects
    files[MANIFEST] = sealed(report.manifest, parts_of_pdf(written()), **how)
    return written()


def _library() -> Any:
    try:
        import pypdf  # noqa: F401  (the hashes of pages that the manifest bears)
        import weasyprint
    except (ImportError, OSError) as error:
        raise MissingExtraError(t("a PDF needs WeasyPrint and Pango ({error}); install them with: pip install "
                                  "'cogov[pdf]', and on Debian or Ubuntu: apt-get install libpango-1.0-0 "
                                  "libpangoft2-1.0-0; or choose --format html", error=str(error).splitlines()[0])
                                ) from None  # fmt: skip
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    os.environ.setdefault("SOURCE_DATE_EPOCH", str(int(_NEVER.timestamp())))  # or subsets of fonts bear the time
    return weasyprint
