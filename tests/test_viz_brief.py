"""The answer in three sentences, the limits and the registered questions: worked out from what is there."""

import re
from dataclasses import replace

import numpy as np
import pytest
from synthetic import FakeScenario, engine

from cogov.experiments.compare import compare
from cogov.experiments.comparison import Effect, ScenarioInfo
from cogov.experiments.results import Runs
from cogov.model.measures import measure_of
from cogov.scenarios.loader import load_scenario
from cogov.scenarios.registry import cards
from cogov.viz.answer import answer, worse
from cogov.viz.assumptions import assumptions
from cogov.viz.blocks import Note, Sheet
from cogov.viz.brief import brief
from cogov.viz.document import document
from cogov.viz.effects import effects_table
from cogov.viz.limits import limits
from cogov.viz.mix import brought, composition, mix
from cogov.viz.numbers import NO_BREAK
from cogov.viz.registered import registered


def made(*names, replications=4, **changes):
    sides = [FakeScenario(name, **changes) for name in names]
    return compare(sides, replications=replications, workers=1, engine=engine)


@pytest.fixture(scope="module")
def comparison():
    return made("baseline", "cadre_sinking", "alliance_lists")


def texts(comparison, lang="en"):
    return [text.replace(NO_BREAK, " ") for _, text in brief(comparison, lang)]


def with_effect(comparison, scenario, key, **changes):
    effect = comparison.effects[scenario][key]
    pair = replace(effect.pair, **{k: v for k, v in changes.items() if k != "verdict"})
    effects = {**comparison.effects[scenario], key: replace(effect, pair=pair, verdict=changes["verdict"])}
    return replace(comparison, effects={**comparison.effects, scenario: effects})


def test_it_says_what_works_for_whom_at_what_cost_and_how_sure(comparison):
    works, whom, sure = texts(comparison)
    assert works.startswith("Cadre sinking solves needs soonest: ")
    assert "; also sooner under Alliance lists" in works
    assert "the time to solution falls most in " in whom
    assert re.search(r"Cadre sinking takes \+[\d,]+ person-hours on duty \(\+", sure)
    assert "by 4 paired runs, needs are truly solved about " in sure
    assert sure.endswith("estimates, so it is less certain than the interval looks.")


def test_a_kind_of_grid_in_which_waits_get_longer_is_not_said_to_gain_least(comparison):
    longer = {"difference": 300.0, "low": 200.0, "high": 400.0, "relative": 0.05, "verdict": "worse"}
    one = with_effect(comparison, "cadre_sinking", "solution_of.village", **longer)
    assert ", but rises in villages (+5.0%)" in texts(one)[1]
    assert "但村（+5.0%）反而延长" in texts(one, "zh")[1]
    for key in [k for k in comparison.effects["cadre_sinking"] if k.startswith("solution_of.")]:
        comparison = with_effect(comparison, "cadre_sinking", key, **longer)
    assert "the time to solution rises least in " in texts(comparison)[1]


def test_a_shock_that_shows_nothing_is_not_asked_whether_it_works():
    sides = [FakeScenario(shock=False), FakeScenario("cadre_sinking", shock=False), FakeScenario("a_storm", policy=[])]
    storm = compare(sides, replications=4, workers=1, engine=engine)
    storm = with_effect(storm, "a_storm", "solution_minutes.mean", verdict="not_told_apart")
    assert "cannot be made out" not in texts(storm)[0]
    assert "A storm has the same policies as Baseline" in texts(storm)[0]


def test_where_nothing_works_it_says_so(comparison):
    for scenario in ("cadre_sinking", "alliance_lists"):
        comparison = with_effect(comparison, scenario, "solution_minutes.mean", difference=-5.0, low=-60.0, high=50.0,
                                 verdict="not_told_apart")  # fmt: skip
    works, _, sure = texts(comparison)
    assert works == "no scenario is shown to solve needs sooner than Baseline."
    assert "may truly be solved up to about 60 min sooner or up to about 50 min later" in sure
    assert texts(comparison, "zh")[0] == "没有一个情景被证实比“基线”更快解决居民的诉求。"


def test_a_policy_that_harms_is_not_called_good(comparison):
    comparison = with_effect(comparison, "alliance_lists", "solution_minutes.mean", difference=300.0, low=200.0,
                             high=400.0, verdict="worse")  # fmt: skip
    assert "; later under Alliance lists" in texts(comparison)[0]


def test_what_gets_worse_is_named(comparison):
    comparison = with_effect(comparison, "cadre_sinking", "trust", verdict="worse")
    assert "what gets worse: " in texts(comparison)[1]
    assert "trust" in texts(comparison)[1]


@pytest.mark.parametrize(("lang", "gap"), [("en", "the gap in time to solution between old and new compounds"),
                                           ("zh", "老旧小区与商品房小区解决用时的差距")])  # fmt: skip
def test_a_gap_that_widens_gets_worse_wherever_it_is_told(comparison, lang, gap):
    wide = with_effect(comparison, "cadre_sinking", "equity.old_over_commercial", baseline=1.05, mean=1.4,
                       difference=0.35, low=0.3, high=0.4, verdict="worse")  # fmt: skip
    assert gap in texts(wide, lang)[1]
    told = next(s for s in answer(wide, lang) if s.startswith(wide.others[0].name(lang)))
    ratio = {"en": "(ratio 1.05, now 1.40; 1 is no gap)", "zh": "（之比由 1.05 变为 1.40，1 为无差距）"}[lang]
    assert gap + (" " if lang == "en" else "") + ratio in told.replace(NO_BREAK, " ")
    cells = [cell for row in effects_table(wide, ("equity.old_over_commercial",), lang).rows for cell in row]
    assert [cell.tone for cell in cells[2:3]] == ["worse"]
    assert {"en": "▼ wider gap", "zh": "▼ 差距扩大"}[lang] in cells[2].below


@pytest.mark.parametrize(
    ("lang", "hours", "waits"),
    [
        ("en", "no more hours on duty and no more money: it uses people who are on duty anyway and time that nobody is "
               "paid for, of it +96.0 person-hours of meetings and other overhead", "shows only in how long other"),
        ("zh", "在岗工时与费用没有增加：用的是本来就在岗的人和不计费用的时间，其中会议等事务工时 +96.0 人时",
         "代价只体现在其他事项的等候上"),
    ],
)  # fmt: skip
def test_what_costs_no_money_says_whose_time_it_takes(comparison, lang, hours, waits):
    same = {"difference": 0.0, "low": 0.0, "high": 0.0, "verdict": "not_told_apart"}
    for key in ("person_hours.total", "money_cny.total", "line_delay_days"):
        comparison = with_effect(comparison, "cadre_sinking", key, **same)
    base = comparison.effects["cadre_sinking"]["person_hours.total"]
    name = comparison.others[0].name(lang)

    def told(verdict):
        pair = replace(base.pair, baseline=2.0, mean=98.0, difference=96.0, low=90.0, high=102.0)
        taken = Effect(measure_of("overhead_hours.total"), pair, verdict)
        effects = {**comparison.effects["cadre_sinking"], "overhead_hours.total": taken}
        whole = replace(comparison, effects={**comparison.effects, "cadre_sinking": effects})
        return [
            texts(whole, lang)[2],
            next(s for s in answer(whole, lang) if s.startswith(name)).replace(NO_BREAK, " "),
        ]

    assert all(hours in text for text in told("worse"))
    assert all(waits in text for text in told("not_told_apart"))


def test_switches_and_rules_are_no_estimates():
    sure = texts(made("baseline", "alliance_lists"))[2]
    numbers = [p for p in cards()["alliance_lists"].parameters if p.source != "switch"]
    guessed = [p for p in numbers if p.confidence == "E"]
    assert len(numbers) == len(cards()["alliance_lists"].parameters) - 4
    assert f"; {len(guessed)} of the {len(numbers)} numbers of these policies are estimates" in sure


def test_one_run_each_allows_no_answer():
    assert texts(made("baseline", "cadre_sinking", replications=1))[0].startswith("each scenario ran only once")


def test_limits_follow_from_what_is_used(comparison):
    with_shock, without = limits(comparison, "en"), limits(made("baseline", "cadre_sinking", shock=False), "en")
    assert any(text.startswith("Kind, strength and time of the shock") for text in with_shock)
    assert any(text.startswith("No shock strikes") for text in without)
    assert sum(" numbers (rules and switches left out) are estimates: " in text for text in with_shock) == 2
    assert sum(" numbers (rules and switches left out) are estimates: " in text for text in without) == 1
    assert any(text.startswith("Few replications (4)") for text in with_shock)
    five = limits(made("baseline", "cadre_sinking", replications=5), "en")
    assert not any(text.startswith("Few replications") for text in five)


def test_a_city_that_still_fills_up_is_a_limit(comparison):
    def with_backlog(rise, warm_up=14):
        phases = {**comparison.phases, "warm_up_days": warm_up}
        side = {**comparison.curves["baseline"], "backlog": np.repeat([100.0, 100.0 + rise, 100.0], 7)[None, :]}
        return replace(comparison, phases=phases, curves={**comparison.curves, "baseline": side})

    assert any(text.startswith("A warm-up of 13 days") for text in limits(with_backlog(0.0, 13), "en"))
    assert any("still grew by 30%" in text for text in limits(with_backlog(30.0), "en"))
    assert any("仍增长 30%" in text for text in limits(with_backlog(30.0), "zh"))
    settled = limits(with_backlog(9.0), "en")
    assert not any("still grew" in text or text.startswith("A warm-up") for text in settled)


def test_a_shock_after_the_measured_window_is_a_limit():
    late = "The shock begins after the measured window"
    inside = made("baseline", "cadre_sinking", shock=True)
    assert not any(text.startswith(late) for text in limits(inside, "en"))
    short = replace(inside, phases={**inside.phases, "window_days": 1})
    assert any(text.startswith(late) for text in limits(short, "en"))


def test_a_changed_number_of_the_model_is_a_limit():
    changed = made("baseline", "cadre_sinking", parameters={"handling.fix": 0.5})
    assert any(text.startswith("These numbers of the model are not the default ones") for text in limits(changed, "en"))


def test_a_registered_question_is_found_and_judged_by_what_is_here(comparison):
    calendar = {"city": "street", "days": 30, "warm_up_days": 20, "follow_up_days": 10}
    infos = []
    for name in ("baseline", "cadre_sinking"):
        scenario = load_scenario(name, **calendar)
        infos.append(ScenarioInfo.of(scenario.resolved(), scenario.digest()))
    shipped = replace(comparison, scenarios=tuple(infos))
    _, table = registered(shipped, "en")
    rows = {row[0].below: [cell.text for cell in row] for row in table.rows}
    assert rows["cadre_sinking.solution"][3:] == ["falls", rows["cadre_sinking.solution"][4], "borne out"]
    later = with_effect(shipped, "cadre_sinking", "solution_minutes.mean", difference=300.0, low=200.0, high=400.0,
                        verdict="worse")  # fmt: skip
    rows = {row[0].below: row[-1].text for row in registered(later, "en")[1].rows}
    assert rows["cadre_sinking.solution"] == "contrary"


def test_scenarios_of_ones_own_are_not_registered(comparison):
    (note,) = registered(comparison, "en")
    assert note.text.startswith("No expectation of the register compares exactly these scenarios")


def test_what_a_scenario_sets_stands_beside_its_default():
    category = {"noise": {"work": 99.0, "weekdays": [1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0]}}
    changed = made("baseline", "cadre_sinking", demand={"scale": 1.4, "work": 1.0}, category=category)
    rows = {row[0].text: [cell.text for cell in row[1:3]] for row in assumptions(changed, "en")[1].rows}
    assert rows["factor on all ordinary arrival rates"] == ["● 1.4", "1"]
    assert rows["factor on the hands-on minutes of all needs"] == ["1", "1"]
    assert rows["Noise · weights of Monday to Sunday"] == ["● 1, 1, 1, 1, 1, 2, 2", "—"]
    value, default = rows["Noise · mean hands-on minutes, all parties"]
    assert value == "● 99"
    assert float(default) > 0


def test_whatever_gets_clearly_worse_is_named_and_costs_stand_apart(comparison):
    named = ("on_site_minutes.p99", "participation", "needs_open", "trust")
    for key in (*named, "money_cny.total"):
        comparison = with_effect(comparison, "cadre_sinking", key, verdict="worse")
    comparison = with_effect(comparison, "cadre_sinking", "reports", verdict="not_told_apart")
    info = comparison.others[0]
    found = {e.measure.key for e in worse(comparison, info)}
    clear = {k for k, e in comparison.effects["cadre_sinking"].items()
             if e.verdict == "worse" and e.measure.group != "cost"}  # fmt: skip
    assert set(named) <= found == clear
    assert "money_cny.total" not in found
    chapters = {s.id: s for s in document(Runs("comparison", comparison), "en").sections}
    tables = {key: {row[1 if key == "worse" else 0].text for b in chapters[key].blocks if isinstance(b, Sheet)
                    for row in b.rows} for key in ("worse", "costs")}  # fmt: skip
    assert {"Trust", "Participation"} <= {name.partition(" · ")[0] for name in tables["worse"]}
    assert any(name.startswith("Money") for name in tables["costs"])
    assert len(tables["worse"]) >= len(named)


def test_widening_gaps_are_named_though_the_gini_does_not_say_so(comparison):
    comparison = with_effect(comparison, "cadre_sinking", "equity.gini", verdict="not_told_apart")
    comparison = with_effect(comparison, "cadre_sinking", "equity.p90_p10", verdict="worse")
    said = texts(comparison)[1]
    assert "P90/P10" in said
    assert "gaps between grids do not clearly change" not in said
    narrower = with_effect(comparison, "cadre_sinking", "equity.p90_p10", verdict="not_told_apart")
    assert "gaps between grids do not clearly change" in texts(narrower)[1]


def test_a_gain_that_is_clear_and_small_is_said_to_be_small(comparison):
    for scenario in ("cadre_sinking", "alliance_lists"):
        comparison = with_effect(comparison, scenario, "solution_minutes.mean", difference=-5.0, low=-9.0, high=-1.0,
                                 verdict="unchanged")  # fmt: skip
    assert "sooner (95% interval, luck alone); less than 1% of the reference" in texts(comparison)[2]
    assert "按几乎不变看待" in texts(comparison, "zh")[2]


def test_one_measure_has_one_unit_in_sentences_and_tables(comparison):
    long = with_effect(comparison, "alliance_lists", "solution_minutes.mean", baseline=9000.0, mean=5000.0,
                       difference=-4000.0, low=-4100.0, high=-3900.0, relative=-0.44, verdict="better")  # fmt: skip
    mixed = with_effect(long, "cadre_sinking", "solution_minutes.mean", difference=-100.0, low=-110.0, high=-90.0,
                        verdict="better")  # fmt: skip
    report = document(Runs("comparison", mixed), "en")
    rows = [row for s in report.sections if s.id in ("effects", "worse") for b in s.blocks if isinstance(b, Sheet)
            for row in b.rows if row[0].text.startswith("Need to solution, restricted")]  # fmt: skip
    said = [text for _, text in report.answer] + [
        i for s in report.sections if s.id == "figures" for i in s.blocks[1].items
    ]
    assert all(" days (" in cell.text.replace(NO_BREAK, " ") for cell in rows[0][2:])
    told = re.findall(r"(?:solution|solved) (?:about )?[−+]?[\d.]+ (\w+)", " ".join(said).replace(NO_BREAK, " "))
    assert set(told) == {"days"}
    assert len(told) >= 3


def test_a_storm_that_brings_quick_needs_is_not_taken_for_quicker_help(comparison):
    means = {s: dict(m) for s, m in comparison.means.items()}
    for times in means.values():
        times |= {"first_response_of.noise": 2400.0, "first_response_of.flood_damage": 60.0}
    means["cadre_sinking"]["first_response_of.noise"] = 2640.0
    needs = {"baseline": {"noise": 1000.0}, "alliance_lists": {"noise": 990.0, "flood_damage": 10.0},
             "cadre_sinking": {"noise": 900.0, "flood_damage": 300.0}}  # fmt: skip
    storm = with_effect(replace(comparison, means=means, needs=needs), "cadre_sinking", "first_response_minutes.mean",
                        difference=-405.0, low=-420.0, high=-390.0, verdict="better")  # fmt: skip
    info = {s.id: s for s in storm.others}
    text = mix(storm, info["cadre_sinking"], "en").replace(NO_BREAK, " ")
    assert "25.0% (reference 0.0%)" in text
    assert (
        composition(storm, info["cadre_sinking"], "first_response_of.", {"noise": -0.25, "flood_damage": 0.25})
        == -615.0
    )
    assert "about −0.43 days of it for the other kinds alone, about +0.15 days as needs of the same kind" in text
    assert mix(storm, info["alliance_lists"], "en") == ""
    chapters = {s.id: s for s in document(Runs("comparison", storm), "zh").sections}
    assert any("下诉求的构成与“基线”不同" in b.text for b in chapters["effects"].blocks if isinstance(b, Note))
    assert any("下诉求的构成与“基线”不同" in item for item in chapters["figures"].blocks[1].items)
    assert "Cadre sinking" in brought(storm, "en")
    assert "25.0%" in brought(storm, "en")
