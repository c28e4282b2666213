"""The page as readers see it: a server of its own, and the system's Chromium.

Without the extra ``ui``, Playwright or a browser these tests are skipped and say so; where ``COGOV_BROWSER_TESTS`` is
``required``, as in continuous integration, they fail instead.
"""

import os
import re
import shutil
import subprocess
import sys

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
SHORT = """format = 1
extends = "cadre_sinking"
id = "short"
name = { zh = "短期下沉", en = "Short sinking" }
question = { zh = "短期内有何不同？", en = "What differs within days?" }

[calendar]
days = 20
warm_up_days = 6
follow_up_days = 4
"""


def missing(reason: str):
    if os.environ.get("COGOV_BROWSER_TESTS") == "required":
        pytest.fail(f"the tests in the browser have to run here, but {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium():
    try:
        import solara.server
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        missing(f"{error.name} is not installed: make venv EXTRAS=dev,ui")
    assert solara.server
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        missing("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        made = {}

        def open_in(lang: str):
            if lang not in made:
                made[lang] = playwright.chromium.launch(
                    executable_path=path, args=[*QUIET, f"--lang={lang}", f"--accept-lang={lang}"]
                )
            return made[lang]

        yield open_in
        for browser in made.values():
            browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The address of ``cogov view`` with a short scenario, and its process."""
    folder = tmp_path_factory.mktemp("view")
    file = folder / "short.toml"
    file.write_text(SHORT, encoding="utf-8")
    once = [sys.executable, "-P", "-m", "cogov", "run", str(file), "--city", "street"]
    subprocess.run(once, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # compiles, so that no test waits for it
    words = ["view", str(file), "--city", "street", "--port", "0", "--no-browser", "--lang", "en"]
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "cogov", *words[:-2]], cwd=folder, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "LANG": "C.UTF-8"},
    )  # fmt: skip
    address = ""
    for line in process.stderr:
        if found := re.search(r"http://\S+?(?=;|\s|$)", line):
            address = found.group()
            break
    assert address, "the server has not started"
    yield address, process
    process.terminate()
    process.wait(20)


@pytest.fixture
def visit(chromium, server):
    """Opens a page in a language; nothing outside this machine may be asked for, and nothing may go wrong."""
    contexts, outside, errors = [], [], []

    def go(lang="en-US", size=(1366, 768)):
        context = chromium(lang).new_context(viewport={"width": size[0], "height": size[1]}, accept_downloads=True)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(150_000)
        page.on("request", lambda r: outside.append(r.url) if not r.url.startswith((server[0], "data:", "blob:"))
                else None)  # fmt: skip
        page.on("websocket", lambda s: outside.append(s.url) if not s.url.startswith(server[0].replace("http", "ws"))
                else None)  # fmt: skip
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(server[0])
        return page

    yield go
    for context in contexts:
        context.close()
    assert (outside, errors) == ([], [])
