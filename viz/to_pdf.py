"""A report as PDF, printed from its page by WeasyPrint: page numbers, working links, the font and the data inside."""

from __future__ import annotations

import datetime as dt
import logging
import os
from typing import TYPE_CHECKING, Any

from ..scenarios.sentences import Told, t
from .blocks import figures_of
from .to_html import html

if TYPE_CHECKING:
    from .report import Report

MANIFEST = "manifest.json"
"""What the attachment is called that `cogov verify` reads."""
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

    attached = [weasyprint.Attachment(string=report.manifest, name=MANIFEST, created=_NEVER, modified=_NEVER)]
    seen: set[str] = set()
    for figure in (f for document in report.documents for f in figures_of(document)):
        if figure.name not in seen:  # the same in both languages
            seen.add(figure.name)
            attached.append(weasyprint.Attachment(string=figure.data.encode(), name=f"{figure.name}.csv",
                                                  created=_NEVER, modified=_NEVER))  # fmt: skip
    inside = URLFetcher(allowed_protocols=("data",), fail_on_errors=True)  # a report has no outside address
    page = weasyprint.HTML(string=html(report, printed=True), url_fetcher=inside)
    made: bytes = page.write_pdf(attachments=attached, pdf_tags=True)
    return made


def _library() -> Any:
    try:
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
