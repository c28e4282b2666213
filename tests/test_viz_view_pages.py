"""Pages are drawn without a browser: every one in both languages, with labels; what is clicked has its effect."""

import pytest
from view_waiting import until

solara = pytest.importorskip("solara", reason="the page needs the extra ui: make venv EXTRAS=dev,ui")
pytest.importorskip("solara.server")

from solara.server import kernel, kernel_context  # noqa: E402

from cogov.viz.view import app  # noqa: E402
from cogov.viz.view.opening import Entry, Opening, shelf  # noqa: E402
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
    assert all(label and label.strip() for label in buttons(root))


def test_home_looks_at_a_scenario_and_puts_it_beside_others(page):
    tab, root = page(app.SHOWN["home"], lang="en")
    entry = shelf()["cadre_sinking"]
    buttons(root)[entry.name["en"]].click()
    assert tab.chosen.value == "cadre_sinking"
    buttons(root)[w("view.pick.to_compare", "en")].click()
    assert tab.side_by_side.value == ("baseline", "cadre_sinking")
    buttons(root)[w("view.pick.watch", "en")].click()
    assert tab.page.value == "live"


def test_scenarios_are_found_by_words_of_either_language():
    found = [name for name, entry in shelf().items() if entry.found_by("吹哨")]
    assert "whistle" in found
    assert "cadre_sinking" not in found
    assert Entry("x", {"zh": "甲", "en": "First"}, {"zh": "", "en": ""}, (), ()).found_by("FIR")


def test_live_opens_what_was_asked_for_and_runs(page):
    from cogov.viz.view.map import MapWidget

    tab, root = page(app.SHOWN["live"], "cadre_sinking", lang="zh")
    assert tab.page.value == "live"
    until(tab.live, lambda v: v.frames)
    tab.live.jump(3)
    until(tab.live, lambda v: v.day == 3 and not v.busy)
    root.find(MapWidget).wait_for(timeout=5)
    shown = root.find(MapWidget).widget
    assert (shown.width, shown.height) == (8, 14) or shown.width * shown.height >= 110
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


def _words(root):
    import ipyvuetify as v

    return " ".join(str(child) for html in root.find(v.Html).widgets for child in html.children)
