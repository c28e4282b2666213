"""Readers at work: first map, play, languages, a parameter that moves a curve, a comparison, files, two at once."""

import datetime as dt
import re
import time
from pathlib import Path

import pytest

MAP = "canvas.cogov-map"


def press(page, name):
    page.get_by_role("button", name=name, exact=True).first.click()


def day(page):
    found = re.search(r"(?:day |第 )(\d+)", page.locator(".cg-status").last.inner_text())
    return int(found.group(1)) if found else -1


def wait_day(page, wanted, seconds=60):
    end = time.monotonic() + seconds
    while not wanted(day(page)):
        assert time.monotonic() < end, page.locator(".cg-page").inner_text()[:400]
        page.wait_for_timeout(100)
    return day(page)


def after_some_days(visit):
    """Return a page of Live, in English, that has run for six days and stands still."""
    page = visit()
    page.wait_for_selector(MAP)
    press(page, "Play")
    wait_day(page, lambda d: d >= 6)
    press(page, "Pause")
    return page


def line(page, n):
    """Return the n-th curve of the first chart."""
    found = page.locator(".cogov-chart").first.locator("path[stroke-dasharray]")
    return found.nth(n).get_attribute("d") if found.count() > n else ""


def children(pid: int) -> int:
    """Return how many processes a process has started that still run."""
    found = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found += fields[1] == str(pid) and fields[0] != "Z"
    return found


def test_from_the_start_to_a_running_map_in_two_languages(visit):
    page = visit("zh-CN")
    page.wait_for_selector(MAP)
    assert "未解决诉求" in page.locator(MAP).get_attribute("aria-label")
    press(page, "播放")
    wait_day(page, lambda d: d >= 5)
    press(page, "暂停")
    page.get_by_role("button", name="播放", exact=True).wait_for()
    page.wait_for_timeout(700)  # the day that was under way is drawn
    stopped = day(page)
    page.wait_for_timeout(700)
    assert day(page) == stopped
    press(page, "English")
    page.get_by_role("button", name="Play", exact=True).wait_for()
    page.wait_for_function(f"document.querySelector('{MAP}').getAttribute('aria-label').includes('Open needs')")
    assert day(page) == stopped
    press(page, "One day on")
    wait_day(page, lambda d: d == stopped + 1)
    now = dt.date.fromisoformat(page.locator(".cg-status").last.inner_text()[:10])
    for days in (4, -3):  # on, and back again
        page.get_by_label("Jump to date", exact=True).last.fill((now + dt.timedelta(days=days)).isoformat())
        wait_day(page, lambda d, days=days: d == stopped + 1 + days)


def test_the_font_of_the_page_comes_along(visit):
    page = visit("zh-CN")
    page.wait_for_selector(MAP)
    assert page.evaluate("document.fonts.check('16px \"Noto Sans SC\"', '共治推演')")
    assert page.evaluate("[...document.fonts].some(f => f.family.includes('Noto Sans SC') && f.status === 'loaded')")


def test_a_grid_tells_its_story_by_keyboard(visit):
    page = after_some_days(visit)
    page.locator(MAP).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator(".cg-story h2").wait_for()
    assert "Grid" in page.locator(".cg-story h2").inner_text()
    assert page.locator(".cg-need").count() > 0
    assert page.locator(".cg-offices .cg-row").count() > 4


def test_an_office_is_searched_for_by_keyboard_and_tells_its_story(visit):
    page = after_some_days(visit)
    field = page.get_by_role("textbox", name="Find an office").or_(page.get_by_label("Find an office", exact=True)).last
    field.focus()
    page.keyboard.type("Street 01")
    page.get_by_role("option", name=re.compile("Street 01, office")).wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.cg-story h2')?.innerText.includes('Street 01, office')")
    facts = page.locator(".cg-story .cg-facts").inner_text()
    staff, duty = (int(re.search(rf"{words} (\d+)", facts).group(1)) for words in ("roster", "shift that day"))
    assert staff >= duty > 0
    assert "%" in re.search(r"Workload this month (\S+)", facts).group(1)
    assert page.locator(".cg-story .cg-need").count() > 1
    page.get_by_role("button", name="The grid here", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.cg-story h2')?.innerText.includes('Grid')")
    page.locator(MAP).focus()  # there is its mark, which a key picks as a click does
    title = "document.querySelector('.cg-story h2')?.innerText"
    for key in ("ArrowRight", "ArrowLeft", "o"):
        page.keyboard.press(key)
    page.wait_for_function(f"{title} && !{title}.includes('Grid')")
    first = page.evaluate(title)
    page.keyboard.press("o")  # the next one at the same place
    page.wait_for_function(f"{title} !== {first!r} && !{title}.includes('Grid')")


SOLID = """canvas => {
  const w = canvas.width, h = canvas.height, dark = [31, 41, 51];
  const bytes = canvas.getContext("2d").getImageData(0, 0, w, h).data;
  const is = (x, y) => dark.every((value, k) => bytes[4 * (y * w + x) + k] === value);
  const found = [];
  for (let y = 2; y < h - 2; y++) for (let x = 2; x < w - 2; x++) {
    let solid = true;
    for (let j = -2; solid && j <= 2; j++) for (let i = -2; solid && i <= 2; i++) solid = is(x + i, y + j);
    if (solid) found.push([x * canvas.clientWidth / w, y * canvas.clientHeight / h]);
  }
  return found;
}"""
"""Finds where a canvas is dark for five pixels around: inside the marks of offices, and nowhere else."""


def test_the_mark_of_an_office_is_clicked_and_the_place_beside_it_is_a_grid(visit):
    page = after_some_days(visit)
    canvas = page.locator(MAP)
    x, y = canvas.evaluate(SOLID)[0]
    canvas.click(position={"x": x, "y": y})
    title = "document.querySelector('.cg-story h2')?.innerText"
    page.wait_for_function(f"{title} && !{title}.includes('Grid')")
    assert "roster" in page.locator(".cg-story .cg-facts").inner_text()
    canvas.click(position={"x": x + 14, "y": y + 14})
    page.wait_for_function(f"{title}.includes('Grid')")


def test_what_is_on_the_screen_is_taken_along_as_a_report(visit, tmp_path):
    page = visit("zh-CN")
    page.wait_for_selector(MAP)
    press(page, "播放")
    wait_day(page, lambda d: d >= 4)
    press(page, "暂停")
    page.get_by_role("button", name="播放", exact=True).wait_for()
    page.wait_for_timeout(700)  # the day that was under way is drawn
    stopped = day(page)
    with page.expect_download() as saved:
        press(page, "下载屏幕内容的报告")
    file = tmp_path / saved.value.suggested_filename
    saved.value.save_as(file)
    text = file.read_text(encoding="utf-8")
    assert file.name == "screen-short.html"
    assert f"第 {stopped}/30 天" in text
    assert f"day {stopped} of 30" in text
    assert text.count('class="cogov-chart"') == 12
    assert "http" not in re.sub(r"http://www\.w3\.org/\S+", "", text.split("<body>")[1])


def test_a_parameter_moves_the_curve_and_the_scenario_is_saved_and_loaded(visit, tmp_path):
    page = visit()
    press(page, "Try")
    press(page, "Run with these values")
    page.wait_for_selector(MAP)
    press(page, "Play")
    wait_day(page, lambda d: d == 30)
    before = line(page, 0), line(page, 1)
    press(page, "Cadre sinking")
    field = page.get_by_label("people for each community reached", exact=True).locator("visible=true").last
    field.fill("40")
    press(page, "Run with these values")
    wait_day(page, lambda d: d == 30 and line(page, 1) not in ("", before[1]))
    assert line(page, 0) == before[0]
    with page.expect_download() as saved:
        press(page, "Save as a file")
    file = tmp_path / saved.value.suggested_filename
    saved.value.save_as(file)
    assert file.name == "short.toml"
    text = file.read_text(encoding="utf-8")
    assert "people_per_community = 40" in text
    other = tmp_path / "loaded.toml"
    other.write_text(text.replace('"short"', '"loaded"').replace("Short sinking", "Loaded again"), encoding="utf-8")
    page.set_input_files(".cogov-upload input", other)
    page.wait_for_function("[...document.querySelectorAll('input')].some(i => i.value === 'Loaded again')")


def test_a_bad_file_is_told_of_in_plain_words(visit, tmp_path):
    page = visit("zh-CN")
    press(page, "试验")
    bad = tmp_path / "mine.toml"
    bad.write_text('format = 1\nextends = "baseline"\n[demand]\nscale = 99\n', encoding="utf-8")
    page.set_input_files(".cogov-upload input", bad)
    page.locator(".cg-error").wait_for()
    said = page.locator(".cg-error").inner_text()
    assert "mine.toml" in said
    assert "demand.scale" in said
    assert "Traceback" not in said
    page.set_input_files(".cogov-upload input", {"name": "x.toml", "mimeType": "text/plain", "buffer": b"\xff\xfe no"})
    page.wait_for_function("document.querySelector('.cg-error').innerText.includes('x.toml')")


def test_two_are_compared_and_the_report_is_taken_along(visit, tmp_path):
    page = visit()
    press(page, "Compare")
    page.get_by_label("Reference", exact=True).first.wait_for()
    press(page, "Open")
    page.wait_for_selector(MAP)
    assert page.locator(MAP).count() == 2
    page.get_by_label("Replications", exact=True).first.click(force=True)
    page.get_by_role("option", name="2", exact=True).click()
    press(page, "Compare them")
    page.get_by_role("button", name="Download the report").wait_for(timeout=400_000)
    page.locator(".cg-table").first.wait_for()
    heads = page.locator(".cg-table thead").first.inner_text()
    assert "Baseline" in heads
    assert "Short sinking" in heads
    with page.expect_download() as saved:
        press(page, "Download the report")
    file = tmp_path / "report.html"
    saved.value.save_as(file)
    text = file.read_text(encoding="utf-8")
    assert text.lstrip().startswith("<!doctype html>")
    assert "Short sinking" in text
    with page.expect_download() as saved:
        press(page, "Download a report of this screen")
    saved.value.save_as(file)
    text = file.read_text(encoding="utf-8")
    assert "Paired comparison, replication by replication" in text
    assert "Short sinking" in text
    seed = page.get_by_label("Seed", exact=True).locator("visible=true").last
    seed.fill("7")
    press(page, "Start again")
    page.get_by_text("made with other values or another seed").wait_for()
    assert page.locator(".cg-table").count() == 0
    assert page.get_by_role("button", name="Download the report", exact=True).count() == 0
    page.get_by_role("button", name="Compare anew", exact=True).wait_for()


def test_two_readers_do_not_meet(visit):
    one, two = visit("zh-CN"), visit("en-US")
    for page in (one, two):
        page.wait_for_selector(MAP)
    press(one, "播放")
    wait_day(one, lambda d: d >= 4)
    assert day(two) == 0
    two.get_by_role("button", name="Play", exact=True).wait_for()
    assert one.get_by_role("button", name="English", exact=True).count() == 1


def test_a_closed_tab_ends_its_processes(visit, server):
    if not Path("/proc/self/stat").exists():
        pytest.skip("processes are counted in /proc")
    end = time.monotonic() + 60
    page = visit()
    page.wait_for_selector(MAP)
    running = children(server[1].pid)
    page.close(run_before_unload=True)
    while children(server[1].pid) >= running:
        assert time.monotonic() < end
        time.sleep(0.2)
