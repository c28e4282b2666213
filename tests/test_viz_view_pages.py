"""Pages are drawn without a browser: every one in both languages, with labels; what is clicked has its effect."""

import numpy as np
import pytest
from view_waiting import until

solara = pytest.importorskip("solara", reason="the page needs the extra ui: make venv EXTRAS=dev,ui")
pytest.importorskip("solara.server")

from solara.server import kernel, kernel_context  # noqa: E402

from cogov.viz.view import app, clock  # noqa: E402
from cogov.viz.view.opening import Entry, Opening, grouped, shelf, to_choose  # noqa: E402
from cogov.viz.view.tab import tab_for  # noqa: E402
from cogov.viz.words import w  # noqa: E402


@pytest.fixture
def page():
    """A tab of the page about the model street, and what draws it."""
    context = kernel_context.VirtualKernelContext(id="test", kernel=kernel.Kernel(), session_id="test")
    made = []
    with context:

        def draw(component, *scenarios, lang="zh"):
            tab = tab_for(Opening(scenarios, lang, "street"), "zh")
            made.append(tab)
            _, root = solara.render(component(tab), handle_error=False)
            made.append(root)
            return tab, root

        yield draw
        for one in made:
            one.close()


def buttons(root):
    import ipyvuetify as v

    return {b.attributes.get("aria-label"): b for b in root.find(v.Btn).widgets}


def test_the_language_is_that_of_the_browser():
    assert app.asked_for("zh-CN,zh;q=0.9,en;q=0.8") == "zh"
    assert app.asked_for("fr-FR,en;q=0.5") == "en"
    assert app.asked_for("") == "zh"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", app.SHOWN)
def test_every_page_is_drawn_in_both_languages_with_labels(page, name, lang):
    _, root = page(app.SHOWN[name], lang=lang)
    labels = buttons(root).keys()
    assert len(labels) > 0
    assert all(label and label.strip() for label in labels)


def test_home_looks_at_a_scenario_and_puts_it_beside_others(page):
    tab, root = page(app.SHOWN["home"], lang="en")
    entry = shelf()["cadre_sinking"]
    buttons(root)[entry.name["en"]].click()
    assert tab.chosen.value == "cadre_sinking"
    buttons(root)[w("view.pick.to_compare", "en")].click()
    assert tab.side_by_side.value == ("baseline", "cadre_sinking")
    buttons(root)[w("view.pick.watch", "en")].click()
    assert tab.page.value == "live"


def test_home_says_what_a_shock_is_when_and_where(page):
    tab, root = page(app.SHOWN["home"], lang="en")
    for name, where in (("storm_month", "everywhere"), ("local_storm_month", "streets 1 and 2")):
        tab.chosen.set(name)
        assert f"Rainstorm and flood from 10 June 2024, 3 days, strength 1, where: {where}" in _html(root)


def test_scenarios_are_found_by_words_of_either_language():
    found = [name for name, entry in shelf().items() if entry.found_by("吹哨")]
    assert "whistle" in found
    assert "cadre_sinking" not in found
    assert Entry("x", {"zh": "甲", "en": "First"}, {"zh": "", "en": ""}, (), ()).found_by("FIR")


def test_scenarios_stand_in_groups_each_in_one():
    groups = grouped(shelf().values())
    assert list(groups) == ["baseline", "lead", "explore", "action", "single", "bundle", "shock"]
    assert sorted(e.id for entries in groups.values() for e in entries) == sorted(shelf())
    of = {e.id: group for group, entries in groups.items() for e in entries}
    assert of["supervision"] == "lead"
    assert of["red_property"] == "explore"
    assert of["storm_month"] == "shock"
    assert of["everything"] == of["lead_politics"] == "bundle"
    assert all(len(e.policies) == 1 for group in ("lead", "explore", "action", "single") for e in groups[group])
    names, heads = to_choose("zh")
    assert list(names)[:1] == ["baseline"]
    assert list(heads.values()) == [w(f"view.group.{group}", "zh") for group in groups]


def test_a_first_run_says_that_it_compiles_and_how_long_that_takes(page, monkeypatch):
    warm = [True]
    monkeypatch.setattr(clock, "is_warm", lambda: warm[0])
    tab, root = page(app.SHOWN["live"], "cadre_sinking", lang="en")
    until(tab.live, lambda v: v.frames)
    until(tab.live, lambda _: "day 0 of" in _words(root))
    warm[0] = False
    tab.live._set(playing=False)
    assert "compiling" not in _words(root)  # nothing goes on yet
    tab.live._set(busy="jumping")
    until(tab.live, lambda _: "compiling the model" in _words(root) and "a minute or two" in _words(root))
    tab.live._set(busy="")
    tab.live.jump(1)
    until(tab.live, lambda v: v.day == 1 and not v.busy)
    until(tab.live, lambda _: "day 1 of" in _words(root) and "compiling" not in _words(root))


def test_an_office_is_found_in_the_list_and_tells_its_story(page):
    import ipyvuetify as v

    tab, root = page(app.SHOWN["live"], "cadre_sinking", lang="en")
    until(tab.live, lambda view: view.frames)
    tab.live.jump(5)
    view = until(tab.live, lambda view: view.day == 5 and not view.busy)
    root.find(v.Autocomplete).wait_for(timeout=10)
    listed = root.find(v.Autocomplete).widget
    assert listed.label == w("view.office.find", "en")
    street = next(item for item in listed.items if "Street" in item["text"] and item["text"].endswith("office"))
    listed.v_model = street["value"]
    until(tab.live, lambda view: view.story and view.story[0].office == street["value"])
    until(tab.live, lambda _: f"<h2>{street['text']}" in _html(root))
    assert w("view.office.on_duty", "en") in _html(root)
    buttons(root)[w("view.office.grid", "en")].click()
    grid = int(view.atlas.office["grid"][street["value"]])
    until(tab.live, lambda view: view.story and getattr(view.story[0], "grid", -1) == grid)
    until(tab.live, lambda _: street["text"] in buttons(root))
    buttons(root)[street["text"]].click()  # from the grid back to the office that serves it
    until(tab.live, lambda view: view.story and getattr(view.story[0], "office", -1) == street["value"])


def test_a_click_on_a_mark_is_one_on_the_office(page):
    from cogov.viz.view.map import MapWidget

    tab, root = page(app.SHOWN["live"], "cadre_sinking", lang="en")
    until(tab.live, lambda v: v.frames)
    root.find(MapWidget).wait_for(timeout=10)
    shown = root.find(MapWidget).widget
    column, row, _, office = np.frombuffer(shown.marks, dtype="<i4").reshape(-1, 4)[-1].tolist()
    shown.clicked = [column, row, 1, office]
    until(tab.live, lambda v: v.story and getattr(v.story[0], "office", -1) == office)
    shown.clicked = [column, row, 2, -1]
    until(tab.live, lambda v: v.story and getattr(v.story[0], "grid", -1) >= 0)


def test_a_comparison_of_earlier_values_is_put_away_and_offered_anew(page):
    from cogov.viz.view.replicas import Progress, subject

    tab, root = page(app.SHOWN["compare"], "baseline", "cadre_sinking", lang="en")
    buttons(root)[w("view.open", "en")].click()
    view = until(tab.race, lambda v: len(v.frames) == 2)
    anew, begin, note = w("view.race.anew", "en"), w("view.race.begin", "en"), w("view.race.changed", "en")
    until(tab.race, lambda _: begin in buttons(root))
    replicas = tab.compared

    replicas.view = Progress(version=5, done=2, total=4, of=subject(view.scenarios, view.seed))
    replicas._set()
    progress = w("view.race.progress", "en", done=2, total=4)
    until(tab.race, lambda _: progress in _html(root))
    assert note not in _html(root)
    for other in (subject(view.scenarios, view.seed + 1), subject(view.scenarios[::-1], view.seed)):
        replicas._set(of=other)
        until(tab.race, lambda _: note in _html(root) and anew in buttons(root))
        assert progress not in _html(root)
        replicas._set(of=subject(view.scenarios, view.seed))
        until(tab.race, lambda _: note not in _html(root) and progress in _html(root))


def test_try_says_that_values_have_not_been_run_yet(page):
    tab, root = page(app.SHOWN["try"], "cadre_sinking", lang="en")
    note = w("view.try_.unapplied", "en")
    buttons(root)[w("view.try_.apply", "en")].click()
    until(tab.trial, lambda v: len(v.frames) == 2)
    until(tab.trial, lambda _: "cg-legend" in str([h.attributes for h in root.find(solara.widgets.HTML).widgets]))
    assert note not in _html(root)
    tab.draft.set(tab.applied.model_copy(update={"id": "other"}))
    until(tab.trial, lambda _: note in _html(root))
    tab.draft.set(tab.applied)
    until(tab.trial, lambda _: note not in _html(root))


def test_the_part_of_the_form_that_is_open_stays_open_when_a_value_is_changed_after_a_run(page):
    import ipyvuetify as v

    from cogov.scenarios.registry import cards

    tab, root = page(app.SHOWN["try"], "cadre_sinking", lang="en")
    buttons(root)[w("view.try_.apply", "en")].click()
    until(tab.trial, lambda view: len(view.frames) == 2)
    card = cards()["cadre_sinking"]
    buttons(root)[card.en].click()
    p = next(p for p in card.parameters if not p.choices)
    sliders = lambda: {s.attributes["aria-label"]: s for s in root.find(v.Slider).widgets}  # noqa: E731
    until(tab.trial, lambda _: p.en in sliders())
    sliders()[p.en].v_model = p.high
    until(tab.trial, lambda _: w("view.try_.unapplied", "en") in _html(root))
    assert p.en in sliders()


def test_live_opens_what_was_asked_for_and_runs(page):
    from cogov.viz.view.map import MapWidget

    tab, root = page(app.SHOWN["live"], "cadre_sinking", lang="zh")
    assert tab.page.value == "live"
    until(tab.live, lambda v: v.frames)
    tab.live.jump(3)
    until(tab.live, lambda v: v.day == 3 and not v.busy)
    root.find(MapWidget).wait_for(timeout=5)
    shown = root.find(MapWidget).widget
    assert (shown.height, shown.width) == tab.live.view.atlas.shape
    assert "未解决诉求" in shown.label
    before = shown.cells
    tab.live.step()
    until(tab.live, lambda v: v.day == 4)
    until(tab.live, lambda _: shown.cells != before)


def test_compare_puts_runs_side_by_side(page):
    import ipyvuetify

    from cogov.viz.view.map import MapWidget

    tab, root = page(app.SHOWN["compare"], "baseline", "cadre_sinking", lang="en")
    assert tab.page.value == "compare"
    buttons(root)[w("view.open", "en")].click()
    until(tab.race, lambda v: len(v.frames) == 2)
    tab.race.jump(2)
    until(tab.race, lambda v: v.day == 2 and not v.busy)
    root.find(MapWidget).wait_for(timeout=20)
    first, second = root.find(MapWidget).widgets
    assert first.palette == second.palette
    assert first.label.startswith("Baseline")
    root.find(ipyvuetify.Switch).widget.v_model = True
    until(tab.race, lambda _: second.palette != first.palette)


def test_try_makes_sliders_of_declarations_and_says_what_is_wrong(page):
    import ipyvuetify as v

    from cogov.scenarios.registry import cards

    tab, root = page(app.SHOWN["try"], "cadre_sinking", lang="zh")
    card = cards()["cadre_sinking"]
    buttons(root)[card.zh].click()
    sliders = {s.attributes["aria-label"]: s for s in root.find(v.Slider).widgets}
    numbers = [p for p in card.parameters if not p.choices]
    assert {p.zh for p in numbers} < sliders.keys()
    p = numbers[0]
    assert (sliders[p.zh].min, sliders[p.zh].max, sliders[p.zh].v_model) == (p.low, p.high, p.default)
    sliders[p.zh].v_model = p.high
    assert tab.draft.value.policies[0].parameters[p.name] == p.high
    wrong = tab.draft.value.policies[0].model_copy(update={"parameters": {p.name: -1.0}})
    tab.draft.set(tab.draft.value.model_copy(update={"policies": (wrong,)}))
    buttons(root)[w("view.try_.apply", "zh")].click()
    said = [h.unsafe_innerHTML for h in root.find(solara.widgets.HTML).widgets if "cg-error" in str(h.attributes)]
    assert p.name in said[0]
    assert tab.trial.view.scenarios == ()


def test_where_is_picked_by_name_before_a_run_and_on_the_map_after_one(page):
    from cogov.scenarios.city_files import load_spec
    from cogov.scenarios.schema import Where
    from cogov.viz.view.form import PickPlaces
    from cogov.viz.view.frames import Atlas
    from cogov.viz.view.map import MapWidget

    said = []
    districts = load_spec("nanjing").districts
    _, root = solara.render(PickPlaces(Where(), said.append, "nanjing", None, "en"), handle_error=False)
    buttons(root)[districts[3].en].click()
    assert said.pop().district == (districts[3].zh,)
    assert w("view.try_.where_map", "en") in _html(root)
    n = len(districts)
    names = {"districts": {"zh": tuple(d.zh for d in districts), "en": tuple(d.en for d in districts)}}
    row, zero, one = np.arange(n), np.zeros(n, dtype=np.int64), np.ones(n, dtype=np.int64)
    atlas = Atlas((1, n), row, zero, row, row, row, names, one, {"grid": zero[:0], "kind": zero[:0]})
    where = Where(district=(districts[2].zh,))
    _, root = solara.render(PickPlaces(where, said.append, "nanjing", atlas, "en"), handle_error=False)
    shown = root.find(MapWidget).widget
    assert shown.marked == [2]
    shown.clicked = [5, 0, 1, -1]
    assert said.pop().district == (districts[2].zh, districts[5].zh)
    shown.clicked = [2, 0, 2, -1]
    assert said.pop().district == ()


def test_a_shock_is_added_and_taken_out_again(page):
    import ipyvuetify as v

    tab, root = page(app.SHOWN["try"], "cadre_sinking", lang="en")
    chooser = next(s for s in root.find(v.Select).widgets if s.label == w("view.try_.add_shock", "en"))
    kind = chooser.items[0]["value"]
    chooser.v_model = kind
    assert [shock.kind for shock in tab.draft.value.shocks] == [kind]
    remove = w("view.try_.remove", "en", name=chooser.items[0]["text"])
    until(tab.trial, lambda _: remove in buttons(root))
    buttons(root)[remove].click()
    assert tab.draft.value.shocks == ()


def test_buttons_may_come_and_go(page):
    """Parts that are there at times only must not upset the order of what a page remembers."""
    tab, root = page(app.SHOWN["live"], "cadre_sinking", lang="en")
    until(tab.live, lambda v: v.frames)
    labels = [w("view.to_window", "en"), w("view.play", "en")]
    until(tab.live, lambda _: set(labels) <= buttons(root).keys())
    tab.live.jump(61)
    until(tab.live, lambda v: v.day == 61 and not v.busy)
    until(tab.live, lambda _: labels[0] not in buttons(root))
    tab.live.step()
    until(tab.live, lambda v: v.day == 62)
    until(tab.live, lambda _: "day 62" in _words(root))


def _html(root):
    return " ".join(h.unsafe_innerHTML for h in root.find(solara.widgets.HTML).widgets)


def _words(root):
    import ipyvuetify as v

    return " ".join(str(child) for html in root.find(v.Html).widgets for child in html.children)
