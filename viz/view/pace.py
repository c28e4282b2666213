"""How fast the page is, and how quickly it answers while a city runs: ``python -m cogov.viz.view.pace``.

It starts ``cogov view`` and looks at it with a browser, as a reader does; without Playwright or Chromium it measures
the session alone.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ...scenarios.loader import load_scenario
from .session import FASTEST, Session, View, opened
from .worker import Desk

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--lang=en-US", "--accept-lang=en-US")
PATIENCE = 600.0
CHANGES = 4
"""How often the language is changed there and back while the city runs."""
LAYER = "open_needs"
WATCH = r"""() => {
  window.cogovDays = new Set();
  const look = () => {
    const found = /day (\d+)/.exec([...document.querySelectorAll(".cg-status")].pop()?.innerText || "");
    if (found) window.cogovDays.add(Number(found[1]));
  };
  new MutationObserver(look).observe(document.querySelector(".cg-page"),
    { subtree: true, childList: true, characterData: true });
}"""
"""Notes in the browser which days it has shown."""

Row = dict[str, Any]


def until(session: Session, wanted: Callable[[View], bool]) -> View:
    """Wait until a session shows what is wanted.

    Raises:
        TimeoutError: If it does not.
    """
    end, view = time.monotonic() + PATIENCE, session.view
    while not wanted(view):
        if time.monotonic() > end or view.failure is not None:
            raise TimeoutError(view.failure.en if view.failure else "the session did not get there")
        view = session.newer(view.version, 0.5) or view
    return view


def of_processor(city: str, scenario: str, warm_up: int, days: int) -> Iterator[Row]:
    """Measure the processor time of a day with its frame, which depends little on what else the machine does."""
    desk = Desk()
    desk.start(load_scenario(scenario, city=city).resolved(), 1, LAYER)
    desk.advance(warm_up, LAYER)
    begun = time.process_time()
    for day in range(warm_up + 1, warm_up + days + 1):
        desk.advance(day, LAYER)
    spent = (time.process_time() - begun) / days
    yield {"what": f"processor time of a day with its frame, {days} days after day {warm_up}", "value": 1000.0 * spent,
           "unit": "ms"}  # fmt: skip
    yield {"what": "days a second on a core of its own, at that", "value": 1.0 / spent, "unit": "days/s"}


def of_session(city: str, scenario: str, warm_up: int, days: int) -> Iterator[Row]:
    """Measure a session without a page: to its first frame, and days a second with a frame each."""
    begun = time.perf_counter()
    with opened([load_scenario(scenario, city=city)]) as session:
        until(session, lambda v: bool(v.frames) and not v.busy)
        yield {"what": "session: to the first frame", "value": time.perf_counter() - begun, "unit": "s"}
        session.jump(warm_up)
        until(session, lambda v: v.day == warm_up and not v.busy)
        session.speed = FASTEST
        begun = time.perf_counter()
        session.play()
        view = until(session, lambda v: v.day >= warm_up + days)
        pace = (view.day - warm_up) / (time.perf_counter() - begun)
        yield {"what": f"session: {days} days after day {warm_up}", "value": pace, "unit": "days/s"}


@contextlib.contextmanager
def served(city: str, scenario: str) -> Iterator[tuple[str, int]]:
    """Give the address of ``cogov view`` in a process of its own, and the number of that process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cogov", "view", scenario, "--city", city, "--port", "0", "--no-browser"],
        stderr=subprocess.PIPE, text=True, env={**os.environ, "LANG": "C.UTF-8"},
    )  # fmt: skip
    try:
        found = next(filter(None, (re.search(r"http://[^;\s]+", line) for line in process.stderr or ())))
        yield found.group(), process.pid
    finally:
        process.terminate()
        process.wait(20)


def of_page(city: str, scenario: str, warm_up: int, days: int) -> Iterator[Row]:
    """Measure the page in a browser: to the first map, days a second, and the time a change of language takes."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        path = None
    if path is None:
        return
    with served(city, scenario) as (address, pid), sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=path, args=list(FLAGS)).new_page()
        page.set_default_timeout(PATIENCE * 1000)
        begun = time.perf_counter()
        page.goto(address)
        page.wait_for_selector("canvas.cogov-map")
        yield {"what": "page: from its address to the first map", "value": time.perf_counter() - begun, "unit": "s"}

        def day() -> int:
            words = re.search(r"(?:day |第 )(\d+)", page.locator(".cg-status").last.inner_text())
            return int(words.group(1)) if words else -1

        page.get_by_label("Speed", exact=True).first.click(force=True)
        page.get_by_role("option", name="As fast as it goes", exact=True).click()
        page.get_by_role("button", name="Play", exact=True).click()
        while day() < warm_up:
            page.wait_for_timeout(50)
        page.evaluate(WATCH)
        first, begun, before = day(), time.perf_counter(), _spent(pid)
        while day() < first + days:
            page.wait_for_timeout(100)
        done, after = day() - first, _spent(pid)
        pace = done / (time.perf_counter() - begun)
        yield {"what": f"page: {days} days after day {warm_up}", "value": pace, "unit": "days/s"}
        seen = page.evaluate(
            "([a, b]) => [...window.cogovDays].filter(d => d > a && d <= b).length", [first, first + done]
        )
        yield {"what": "page: days that were shown, of those that passed", "value": 100.0 * seen / done, "unit": "%"}
        for who, seconds in after.items():
            yield {"what": f"page: processor time of a day, {who}", "value": 1000.0 * (seconds - before[who]) / done,
                   "unit": "ms"}  # fmt: skip
        waits = []
        for _ in range(CHANGES):
            for button, shown in (("中文", "暂停"), ("English", "Pause")):
                clicked = time.perf_counter()
                page.get_by_role("button", name=button, exact=True).click()
                page.get_by_role("button", name=shown, exact=True).wait_for()
                waits.append(time.perf_counter() - clicked)
                page.wait_for_timeout(200)
        yield {"what": f"page: to change language meanwhile, median of {len(waits)}",
               "value": statistics.median(waits), "unit": "s"}  # fmt: skip
        yield {"what": "page: the same, longest", "value": max(waits), "unit": "s"}
        yield {"what": "page: memory of the server", "value": _memory(pid), "unit": "MB"}


def _spent(server: int) -> dict[str, float]:
    """Return seconds of processor time so far of the run, the server and the browser, 0 where /proc does not tell.

    Whatever this process has started and is neither the server nor its run is the browser.
    """
    parent: dict[int, int] = {}
    seconds: dict[int, float] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            pid = int(stat.parent.name)
            parent[pid] = int(fields[1])
            seconds[pid] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    found = {"run": 0.0, "server": 0.0, "browser": 0.0}
    for pid, spent in seconds.items():
        line = [pid]
        while line[-1] in parent:
            line.append(parent[line[-1]])
        if server in line:
            found["server" if pid == server else "run"] += spent
        elif os.getpid() in line[1:]:
            found["browser"] += spent
    return found


def _memory(pid: int) -> float:
    """Return the resident memory of a process in MB, ``nan`` where /proc does not tell."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except OSError:
        return float("nan")
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    """Measure, and print one line a figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--city", default="nanjing")
    parser.add_argument("--scenario", default="baseline")
    parser.add_argument("--warm-up", type=int, default=30, help="days before those that are timed")
    parser.add_argument("--days", type=int, default=40, help="days that are timed")
    parser.add_argument("--page", action="store_true", help="the page alone")
    asked = parser.parse_args()
    size = asked.city, asked.scenario, asked.warm_up, asked.days
    sys.stdout.write(json.dumps({"load": [round(x, 2) for x in os.getloadavg()], "cores": os.cpu_count()}) + "\n")
    for measure in (of_page,) if asked.page else (of_processor, of_session, of_page):
        for row in measure(*size):
            sys.stdout.write(f"{row['what']}: {row['value']:.3g} {row['unit']}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
