"""The answer in three sentences, the limits and the registered questions: worked out from what is there."""

import re
from dataclasses import replace

import numpy as np
import pytest
from made_up_comparison import made, with_effect
from synthetic import FakeScenario, engine

from cogov.experiments.compare import compare
from cogov.experiments.comparison import Effect
from cogov.experiments.results import Runs
from cogov.model.measures import measure_of
from cogov.scenarios.registry import cards
from cogov.viz.answer import answer
from cogov.viz.blocks import Sheet
from cogov.viz.brief import brief
from cogov.viz.document import document
from cogov.viz.effects import effects_table
from cogov.viz.numbers import NO_BREAK


@pytest.fixture(scope="module")
def comparison():
    return made("baseline", "cadre_sinking", "alliance_lists")


def texts(comparison, lang="en"):
    return [text.replace(NO_BREAK, " ") for _, text in brief(comparison, lang)]


def test_it_says_what_works_for_whom_at_what_cost_and_how_sure(comparison):
    works, whom, sure = texts(comparison)
    assert works.startswith("Cadre sinking solves needs soonest: ")
    assert "; also sooner under Alliance lists" in works
    assert re.search(r"the time to solution falls (more in .* than in|in .*; in which most cannot be made out)", whom)
    assert re.search(r"Cadre sinking takes \+[\d,]+ person-hours on duty \(\+", sure)
    assert "by 4 paired runs, needs are solved about " in sure
    assert sure.endswith("estimates, so it is less certain than it looks.")


def test_a_kind_of_grid_in_which_waits_get_longer_is_not_said_to_gain_least(comparison):
    longer = {"difference": 300.0, "low": 200.0, "high": 400.0, "relative": 0.05, "verdict": "worse"}
    one = with_effect(comparison, "cadre_sinking", "solution_of.village", **longer)
    assert ", but rises in villages (+5.0%)" in texts(one)[1]
    assert "，在村（+5.0%）反而延长" in texts(one, "zh")[1]
    for key in [k for k in comparison.effects["cadre_sinking"] if k.startswith("solution_of.")]:
        comparison = with_effect(comparison, "cadre_sinking", key, **longer)
    assert "the time to solution rises" in texts(comparison)[1]


def with_shares(comparison, scenario, **shares):
    """Return it with other changes in kinds of grid, each a value a replication, and effects that follow them."""
    for kind, values in shares.items():
        mean = float(np.mean(values))
        ends = {"difference": 1e3 * mean, "low": 1e3 * mean - 9, "high": 1e3 * mean + 9, "relative": mean}
        word = "better" if mean < 0 else "worse"
        comparison = with_effect(comparison, scenario, f"solution_of.{kind}", **ends, verdict=word)
    kinds = {f"solution_of.{kind}": np.array(values) for kind, values in shares.items()}
    return replace(comparison, kinds={scenario: kinds})


KINDS = ("commercial", "old", "village", "exclusive")


@pytest.mark.parametrize(("apart", "said"), [
    (0.10, "falls more in villages (−30.0%) than in new compounds (−20.0%)"),
    (0.01, "; in which most cannot be made out"),
])  # fmt: skip
@pytest.mark.parametrize("sign", [-1, 1])
def test_more_in_one_kind_of_grid_than_in_another_is_said_where_the_two_are_told_apart(comparison, apart, said, sign):
    """Each change is clear by itself; whether they differ is another question, asked of pairs of replications."""
    luck = np.array([-0.02, 0.01, 0.02, -0.01])
    shares = {kind: sign * (0.2 + 0.5 * apart + i * luck) for i, kind in enumerate(KINDS)}
    shares["commercial"], shares["village"] = sign * 0.2 + 0 * luck, sign * (0.2 + apart) + 0.2 * luck
    whom = texts(with_shares(comparison, "cadre_sinking", **shares))[1]
    if sign > 0:
        said = said.replace("falls more in villages (−30.0%) than in new compounds (−20.0%)",
                            "rises, less in new compounds (+20.0%) than in villages (+30.0%)")  # fmt: skip
    assert said in whom


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
    assert "may in the model be solved up to about 60 min sooner or up to about 50 min later" in sure
    assert texts(comparison, "zh")[0] == "没有一个情景被证实比“基线”更快解决居民的诉求。"


def test_a_policy_that_harms_is_not_called_good(comparison):
    comparison = with_effect(comparison, "alliance_lists", "solution_minutes.mean", difference=300.0, low=200.0,
                             high=400.0, verdict="worse")  # fmt: skip
    assert "; later under Alliance lists" in texts(comparison)[0]


def test_what_gets_worse_is_named(comparison):
    comparison = with_effect(comparison, "cadre_sinking", "trust", verdict="worse")
    assert re.search(r"what gets worse, of \d+ measures looked at: ", texts(comparison)[1])
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
        ("zh", "在岗工时与费用没有增加：用的是本来就在岗的人和不计费用的时间，其中会议带教等工时 +96.0 人时",
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
    works, _, sure = texts(made("baseline", "cadre_sinking", replications=1))
    assert works.startswith("each scenario ran only once")
    assert sure.startswith("over the window of 30 days, Cadre sinking takes ")
    assert "in its one run, which may be its price or luck" in sure
    assert "interval" not in sure


@pytest.mark.parametrize(("lang", "followed", "gain"), [
    ("en", "followed for 30 days from when it arises", "does not mean that most can be gained there"),
    ("zh", "自发生起最多看 30 天", "却不一定最能缩短"),
])  # fmt: skip
def test_a_run_says_how_long_needs_are_followed_and_promises_nothing_of_the_longest_stage(
    comparison, lang, followed, gain
):
    run = replace(comparison, scenarios=comparison.scenarios[:1], effects={}, stage_totals={})
    assert run.phases["tau_minutes"] == 30 * 1440
    assert {"en": "count as 30 days", "zh": "按 30 天计入"}[lang] in brief(run, lang)[0][1]
    notes = {
        s.id: " ".join(b.text for b in s.blocks if b.kind == "note") for s in document(Runs("run", run), lang).sections
    }
    assert followed in notes["measures"]
    assert gain in notes["stages"]


def test_two_gains_of_one_sentence_are_in_one_unit(comparison):
    effects = comparison.effects["cadre_sinking"]
    moved = {}
    for key, difference in (("first_response_minutes.mean", -45.0), ("solution_minutes.mean", -312.0)):
        pair = replace(effects[key].pair, difference=difference, low=difference - 20, high=difference + 20)
        moved[key] = replace(effects[key], pair=pair, verdict="better")
    other = replace(comparison, effects={**comparison.effects, "cadre_sinking": {**effects, **moved}})
    works = brief(other, "en")[0][1].replace(NO_BREAK, " ")
    assert "5.2 h or " in works or "0.22 days or " in works
    assert re.search(r"5\.2 h or .* 0\.8 h sooner too|0\.22 days or .* 0\.03 days sooner too", works)


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
    assert "sooner in the model (95% interval, luck alone); less than 1% of the reference" in texts(comparison)[2]
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


@pytest.mark.parametrize(("lang", "reported"), [("en", "({} from its report on)"), ("zh", "（从上报起算 {}）")])
def test_a_run_tells_the_first_response_from_the_need_and_from_the_report(comparison, lang, reported):
    run = replace(comparison, scenarios=comparison.scenarios[:1], effects={}, stage_totals={})
    means = {**run.means["baseline"], "first_response_from_report_minutes.mean": 70.0}
    text = texts(replace(run, means={"baseline": means}), lang)[0]
    assert reported.format("70.0 min" if lang == "en" else "70.0 分钟") in text


@pytest.mark.parametrize(("gap", "tied"), [(300.0, False), (5.0, True)])
def test_the_best_of_several_is_said_to_be_best_where_it_is_told_apart_from_the_others(comparison, gap, tied):
    luck = np.array([-40.0, 60.0, 10.0, -30.0])
    base = comparison.solution["baseline"]
    solution = {"baseline": base, "cadre_sinking": base - 900.0, "alliance_lists": base - 900.0 + gap + luck}
    works = texts(replace(comparison, solution=solution))[0]
    assert works.startswith("Cadre sinking solves needs soonest: ") == (not tied)
    assert ("but it cannot be told apart from Alliance lists" in works) == tied
    assert ("但与党建联盟四张清单分不清哪个更早" in texts(replace(comparison, solution=solution), "zh")[0]) == tied


def test_a_gap_between_kinds_of_grid_that_narrows_is_named(comparison):
    plain = comparison
    for key in comparison.effects["cadre_sinking"]:
        if key.startswith("equity."):
            plain = with_effect(plain, "cadre_sinking", key, verdict="not_told_apart")
    assert "what narrows" not in texts(plain)[1]
    narrower = with_effect(
        plain, "cadre_sinking", "equity.old_over_commercial", baseline=1.3, mean=1.1, verdict="better"
    )
    assert "gaps between grids do not clearly change; what narrows is the gap in time to solution" in texts(narrower)[1]


def test_the_level_says_how_needs_are_counted_that_are_not_solved(comparison):
    assert re.search(r"\([\d.]+ (days|h); needs unsolved after 30 days count as 30\)", texts(comparison)[0])
    short = replace(comparison, phases={**comparison.phases, "tau_minutes": 5 * 1440})
    assert "needs unsolved after 5 days count as 5" in texts(short)[0]
