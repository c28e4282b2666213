"""The pictures of the page in the READMEs: ``python -m cogov.viz.view.pictures docs/images`` (Playwright, Chromium).

A reader opens Nanjing with cadre sinking, lets it come to the end of its window and looks up a street's office.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from pathlib import Path
from typing import Any

from ..words import LANGUAGES, w
from .pace import BROWSERS, FLAGS, PATIENCE, served

SCENARIO, CITY, OFFICE = "cadre_sinking", "nanjing", {"zh": "鼓楼区01街道办事处", "en": "Gulou Street 01, office"}
SIZE = {"width": 1366, "height": 900}
DAY = 90


def take(page: Any, address: str, lang: str, path: Path) -> None:
    """Bring a page to what the picture shows, and take it."""
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(address)
    page.wait_for_selector("canvas.cogov-map")
    page.get_by_label(w("view.speed", lang), exact=True).first.click(force=True)
    page.get_by_role("option", name=w("view.speed_most", lang), exact=True).click()
    page.get_by_role("button", name=w("view.play", lang), exact=True).click()
    while int(re.search(r"(?:day |第 )(\d+)", page.locator(".cg-status").last.inner_text()).group(1)) < DAY:  # type: ignore[union-attr]
        page.wait_for_timeout(20)
    page.get_by_role("button", name=w("view.pause", lang), exact=True).click()
    page.get_by_role("button", name=w("view.play", lang), exact=True).wait_for()
    page.get_by_label(w("view.office.find", lang), exact=True).last.fill(OFFICE[lang])
    page.get_by_role("option", name=OFFICE[lang], exact=True).click()
    page.wait_for_function("name => document.querySelector('.cg-story h2')?.innerText === name", arg=OFFICE[lang])
    page.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")
    page.wait_for_timeout(800)
    page.screenshot(path=str(path))


def main() -> int:
    """Take a picture in each language; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go, such as docs/images")
    folder = parser.parse_args().folder
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None or not folder.is_dir():
        sys.stderr.write("this needs Chromium, and a folder that is there\n")
        return 2
    from playwright.sync_api import sync_playwright

    with served(CITY, SCENARIO) as (address, _), sync_playwright() as playwright:
        for lang in LANGUAGES:
            code = {"zh": "zh-CN", "en": "en-US"}[lang]
            flags = [flag for flag in FLAGS if "lang=" not in flag]
            opened = playwright.chromium.launch(
                executable_path=browser, args=[*flags, f"--lang={code}", f"--accept-lang={code}"]
            )
            path = folder / f"view.{lang}.png"
            take(opened.new_page(viewport=SIZE), address, lang, path)
            opened.close()
            sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
