"""The page on the sensitivity of conclusions: what was put into worlds stands on it, in both languages."""

from dataclasses import replace
from pathlib import Path

import pytest
import synthetic

from cogov.experiments.campaign import run_experiment
from cogov.experiments.experiment import load_experiment
from cogov.scenarios.loader import load_scenario
from cogov.scenarios.registry import declared
from cogov.scenarios.words import span_word
from cogov.viz import sensitivity as page
from cogov.viz.words import w
from cogov.viz.worlds import ahead

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "experiments" / "sensitivity.toml"
NAMES = {"en": {"cadre_sinking": "Cadre sinking", "baseline": "Baseline"},
         "zh": {"cadre_sinking": "党员干部下沉", "baseline": "基准"}}  # fmt: skip
BOXES = {"en": "volume of needs above", "zh": "诉求量倍数大于"}


def engine(resolved, seed, events=None, progress=None):
    """Return a made-up run in which cadres make for less backlog where demand is high, and for more where it is low."""
    made = synthetic.engine(resolved, seed)
    if any(p["use"] == "cadre_sinking" for p in resolved["policy"]):
        backlog = made.summary["backlog"] * (1.5 if resolved["demand"]["scale"] < 0.99 else 1.0)
        return replace(made, summary=made.summary | {"backlog": backlog})
    return made


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Return the folder of the shipped experiment, run by that engine over fewer points of a small city."""
    folder = tmp_path_factory.mktemp("sensitivity")
    text = SHIPPED.read_text(encoding="utf-8").replace("points = 100", "points = 60").replace('"gulou"', '"street"')
    path = folder / SHIPPED.name
    path.write_text(text, encoding="utf-8")
    state = run_experiment(path, folder / "out", workers=1, engine=engine)
    assert (len(state.finished()), len(state.failures)) == (4 * 60 * 3, 0)
    return folder / "out"


@pytest.fixture(scope="module", params=["en", "zh"])
def text(results, tmp_path_factory, request):
    """Return language and page."""
    folder = tmp_path_factory.mktemp("pages")
    assert page.main([str(results), str(folder)]) == 0
    return request.param, (folder / f"sensitivity.{request.param}.md").read_text(encoding="utf-8")


def test_every_measure_has_a_share_for_every_pair(text):
    lang, shown = text
    rows = [line for line in shown.splitlines() if line.startswith("|")]
    shares = {"en": "% (", "zh": "%（"}[lang]
    measures = len(load_experiment(SHIPPED).keep.measures) - 1  # the made-up engine lends nobody
    assert sum(row.count(shares) == 3 for row in rows) >= 2 * measures
    pair = {"en": "{cadre_sinking} over {baseline}", "zh": "{cadre_sinking}对{baseline}"}[lang].format(**NAMES[lang])
    assert f"- **{pair}**" in shown
    assert "nan" not in shown


def test_what_turns_with_an_input_is_said_with_the_input(text):
    lang, shown = text
    row = next(line for line in shown.splitlines() if line.startswith("|") and BOXES[lang] in line)
    assert "100%" in row
    assert {"en": "turns with the inputs: Backlog", "zh": "视输入而定：在办积压"}[lang] in shown


def test_what_holds_everywhere_is_said(text):
    lang, shown = text
    assert {"en": "better nearly everywhere: Need to first response", "zh": "几乎处处更好：发生到首次响应"}[
        lang
    ] in shown


def test_every_input_stands_with_range_default_and_confidence(text):
    lang, shown = text
    for factor in load_experiment(SHIPPED).factor:
        row = next(line for line in shown.splitlines() if f"`{factor.name}`" in line)
        assert span_word(factor.low, factor.high, lang).replace("-", "−") in row
        if factor.name in declared():
            number = declared()[factor.name]
            assert f"| {number.default:g} | {number.confidence} |".replace("-", "−") in row


def test_ranges_hold_the_defaults():
    """So that the world of the defaults is one of the plausible ones."""
    settings = {f.name: f for f in load_experiment(SHIPPED).factor}
    for name, number in declared().items():
        if name in settings:
            assert settings[name].low <= number.default <= settings[name].high
    for scenario in ("cadre_sinking", "alliance_lists", "emergency_pairing"):
        for name, value in load_scenario(scenario).policies[0].parameters.items():
            factor = settings.get(f"{scenario}.{name}")
            assert factor is None or factor.low <= value <= factor.high


def test_worlds_without_any_difference_are_not_taken_for_worse_ones():
    ends = {"low": 0.0, "high": 0.04}
    one = {"ahead": {"value": 0.0, **ends}, "behind": {"value": 0.0, **ends}}
    assert ahead(one, "en") == "0% (0 to 4), no difference in 100%"
    assert ahead(one, "zh") == "0%（0 至 4），100% 无差别"
    assert ahead(one | {"behind": {"value": 1.0, **ends}}, "en") == "0% (0 to 4)"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_in_docs_is_of_the_shipped_experiment_or_says_that_it_is_not(lang):
    shown = (ROOT / "docs" / f"sensitivity.{lang}.md").read_text(encoding="utf-8")
    assert (page.digest(load_experiment(SHIPPED)) in shown) != (w("sensitivity.other", lang) in shown)
    for factor in load_experiment(SHIPPED).factor:
        assert f"`{factor.name}`" in shown


def test_a_page_of_another_size_says_so(text):
    lang, shown = text
    assert w("sensitivity.other", lang) in shown


def test_other_folders_are_refused_with_one_message(tmp_path, capsys):
    assert page.main([str(tmp_path), str(tmp_path)]) == 2
    assert "manifest.json" in capsys.readouterr().err
    single = SHIPPED.read_text(encoding="utf-8").partition("# Demand,")[0] + "[run]\nreplications = 1\n"
    path = tmp_path / SHIPPED.name
    path.write_text(single.replace('"gulou"', '"street"'), encoding="utf-8")
    run_experiment(path, tmp_path / "out", workers=1, engine=engine)
    assert page.main([str(tmp_path / "out"), str(tmp_path)]) == 2
    assert "latin_hypercube" in capsys.readouterr().err
