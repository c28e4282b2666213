"""The command line: what each command prints, its exit codes, and that it starts quickly."""

import errno
import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from typer.testing import CliRunner

import cogov
from cogov.cli import COMMANDS, app
from cogov.failures import Terminated
from cogov.scenarios.sentences import t
from cogov.scenarios.sources import CITIES

SHORT = ("--city", "street", "--days", "1", "--warm-up", "0", "--follow-up", "1")


@pytest.fixture
def call(monkeypatch):
    """Call a command; give its exit code, standard output and standard error."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")

    def invoke(*words):
        result = CliRunner().invoke(app, list(words), prog_name="cogov")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.stdout, result.stderr

    return invoke


def test_starting_loads_nothing_heavy():
    heavy = ("numpy", "numba", "mesa", "pydantic", "matplotlib", "pyarrow", "scipy", "pandas", "jinja2")
    code = f"import cogov.cli, sys; print(*sorted(set({heavy}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_it_is_a_module_too():
    done = subprocess.run(
        [sys.executable, "-P", "-m", "cogov", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"cogov {cogov.__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(call, command):
    code, out, _ = call(command, "--help")
    assert code == 0
    assert len(out.splitlines()) > 6
    assert command in call("--help")[1]


def test_english_help_is_typers_own_and_says_once_what_may_be_given_several_times(call):
    assert "用法" in call("report", "--lang", "zh", "--help")[1], "what Chinese help changes is put back"
    out = call("report", "--help", "--lang", "en")[1]
    assert "Usage: cogov report [OPTIONS] DIR...\n" in re.sub(r" +\n", "\n", out)
    assert "[required]" in out
    assert "[default: both]" in out
    assert "Usage: cogov view [OPTIONS] [SCENARIO...]\n" in re.sub(r" +\n", "\n", call("view", "--help")[1])
    assert not {"<str>", "<bool>", "<list"} & set(re.findall(r"<\w+>?", out))


def test_help_tells_the_days_of_the_shipped_scenarios(call):
    from cogov.scenarios.loader import load_scenario
    from cogov.scenarios.sources import LIBRARY, names

    out = " ".join(call("run", "--help")[1].split())
    for name in names(LIBRARY):
        days = load_scenario(name).calendar
        for value in (days.start, days.days, days.warm_up_days, days.follow_up_days):
            assert f"that of the scenario, {value} in those shipped" in out


def test_scenarios(call):
    code, out, _ = call("scenarios", "--json")
    facts = json.loads(out)
    assert code == 0
    assert {"baseline", "storm_month"} <= {s["id"] for s in facts["scenarios"]}
    text = call("scenarios", "--lang", "zh")[1]
    assert "党员干部下沉" in text
    assert "Cadre sinking" in call("scenarios", "--lang", "en")[1]


def test_show_a_scenario_and_a_card(call):
    facts = json.loads(call("show", "cadre_sinking", "--json", "--with", "storm_month", "--set", "handling.fix=0.9")[1])
    assert facts["scenario"]["shock"][0]["kind"] == "rainstorm"
    assert facts["scenario"]["parameters"] == {"handling.fix": 0.9}
    card = json.loads(call("show", "cadre_sinking", "--policy", "--json")[1])
    assert card["id"] == "cadre_sinking"
    assert card["parameters"][0]["unit"] == "person"
    assert "在职党员" in call("show", "cadre_sinking", "--lang", "zh")[1]
    assert "add --all to see them, with units and sources" in call("show", "baseline")[1]
    assert "add --all" not in call("show", "baseline", "--all")[1]
    assert "in-service members" in call("show", "cadre_sinking", "--policy")[1]


def test_the_language_follows_the_environment(call, monkeypatch):
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "情景" in call("scenarios")[1]
    assert "Scenarios" in call("scenarios", "--lang", "en")[1]


def test_check_reports_every_file(call, tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text('format = 1\nextends = "basline"\n', encoding="utf-8")
    code, out, err = call("check", "baseline", "street", str(bad))
    assert code == 2
    assert out.splitlines() == ["baseline: ok", "street: ok"]
    assert err.startswith(f'{bad}:2: extends ("basline"): ')
    assert err.endswith("did you mean baseline?\n")
    assert call("check", "baseline") == (0, "baseline: ok\n", "")
    code, out, err = call("check", "--json", "baseline", str(bad))
    good, wrong = json.loads(out)
    assert (code, err, good["ok"], wrong["ok"]) == (2, "", True, False)
    assert wrong["problems"][0]["did_you_mean"] == "baseline"
    assert wrong["problems"][0]["line"] == 2


@pytest.mark.parametrize(
    ("name", "near"), [("nanjng", "nanjing"), ("gulu", "gulou"), ("cadre_sinkin", "cadre_sinking")]
)
def test_check_knows_scenarios_and_cities_by_name(call, name, near):
    code, out, err = call("check", name)
    assert (code, out) == (2, "")
    assert err.endswith(f"; did you mean {near}?\n")


def test_a_file_that_is_no_toml_is_told_as_such(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text("# Notes", encoding="utf-8")
    said = "README.md: is no file of a scenario or a city; their names end in .toml\n"
    assert call("check", "README.md") == (2, "", said)
    assert call("run", "README.md") == (2, "", said)


def test_check_a_city_file(call, tmp_path):
    bad = tmp_path / "bad.toml"
    bad.write_text('format = 1\nid = "bad"\n[totals]\nresidents = -1\n', encoding="utf-8")
    code, _, err = call("check", str(bad))
    assert code == 2
    assert "staff" in err


def test_plan(call):
    facts = json.loads(call("plan", "emergency_pairing", "--with", "storm_month", "--json")[1])
    assert [p["id"] for p in facts["policies"]] == ["emergency_pairing"]
    text = call("plan", "emergency_pairing")[1]
    assert "midnight" in text
    assert "emergency_pairing" in text


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("show", "cadre_sinkin"),
            "cadre_sinkin: no scenario, policy or city has this name; nearest: cadre_sinking (Cadre sinking); all ",
        ),
        (("show", "nothing.toml"), "nothing.toml: no such file"),
        (("show", "baseline", "--policy"), "baseline: no policy has this id or name; all of them: cogov scenarios\n"),
        (("check", "."), ".: is a folder, not a file"),
        (("run", "baseline", "--set", "days=-3"), "command line: days (-3): has an option of its own: --days\n"),
        (
            ("run", "baseline", "--set", "calendar.warm_up_days=3"),
            "command line: calendar.warm_up_days (3): has an option of its own: --warm-up\n",
        ),
        (
            ("run", "baseline", "--set", "city=gulou"),
            'command line: city ("gulou"): has an option of its own: --city\n',
        ),
        (("run", "gulou"), "gulou: is a city, not a scenario; to run one there, add --city gulou\n"),
        (
            ("plan", "storm_mnth"),
            "storm_mnth: no scenario has this name; nearest: storm_month (A month with a storm), ",
        ),
        (
            ("run", "baseline", "--city", "nanjng"),
            'command line: city ("nanjng"): no such city file; shipped: nanjing (Nanjing), gulou (Gulou, Nanjing), ',
        ),
        (("run", "baseline", "--city", "./no.toml"), 'command line: city ("./no.toml"): no such city file; '),
        (("run", "baseline", "--set", "handling.fix"), 'command line: --set ("handling.fix"): must be '),
        (("run", "baseline", "--set", "handling.fix=7"), "command line: parameters.handling.fix (7"),
        (("run", "baseline", "--start", "2050-01-01"), "command line: calendar.start (2050-01-01): "),
        (("run", "baseline", "--start", "9999-12-31"), "command line: calendar.start (9999-12-31): "),
        (("run", "baseline", "--start", "0001-01-01"), "command line: calendar.start (0001-01-01): "),
        (("run", "baseline", "--events"), "--events: the event log is a file and needs a folder; add --out DIR"),
        (
            ("compare", "baseline"),
            "baseline would be compared with itself; name another scenario, such as: cogov compare cadre_sinking\n",
        ),
        (("compare", "baseline", "baseline"), "baseline would be compared with itself; "),
        (
            ("compare", "cadre_sinking", "--against", "cadre_sinking"),
            "cadre_sinking would be compared with itself; name "
            "another scenario, such as: cogov compare action_branches --against cadre_sinking\n",
        ),
        (("compare", "cadre_sinking", "--against", "nothing"), "nothing: no scenario has this name; "),
        (("compare", "baseline", "cadre_sinking", "cadre_sinking"), "two of the scenarios are called 'cadre_sinking'"),
        (("compare", "baseline", "nowhere"), "nowhere: no scenario has this name; all of "),
        (("demo", "--city", "nanjng"), 'command line: city ("nanjng"): no such city file; shipped: nanjing '),
    ],
)
def test_bad_input_is_one_message_and_exit_code_2(call, words, message):
    code, out, err = call(*words)
    assert (code, out) == (2, "")
    assert err.startswith(message)
    assert len(err.splitlines()) == 1


BAD_WORDS = [
    (("run",), "cogov run: SCENARIO is missing", "cogov run：缺少 情景"),
    (("run", "--nothing"), "cogov run: there is no option --nothing", "cogov run：没有选项 --nothing"),
    (("run", "baseline", "--warmup", "3"), "cogov run: there is no option --warmup; did you mean --warm-up?",
     "cogov run：没有选项 --warmup；您要写的是不是 --warm-up？"),
    (("nothing",), "cogov: there is no command nothing", "cogov：没有命令 nothing"),
    (("chek", "x"), "cogov: there is no command chek; did you mean check?",
     "cogov：没有命令 chek；您要写的是不是 check？"),
    (("--nothing",), "cogov: there is no option --nothing", "cogov：没有选项 --nothing"),
    (("run", "a", "b"), "cogov run: there is no place for b", "cogov run：多出了 b"),
    (("run", "a", "days=-3"), "cogov run: there is no place for days=-3; did you mean --days -3?",
     "cogov run：多出了 days=-3；您要写的是不是 --days -3？"),
    (("run", "a", "talks.days=1"), "cogov run: there is no place for talks.days=1; did you mean --set talks.days=1?",
     "cogov run：多出了 talks.days=1；您要写的是不是 --set talks.days=1？"),
    (("run", "a", "--out"), "cogov run: --out needs a value", "cogov run：--out 需要一个值"),
    (("run", "a", "--events=3"), "cogov run: --events takes no value", "cogov run：--events 不带值"),
    (("run", "a", "--days", "0"), 'cogov run: --days ("0"): must be a whole number, at least 1',
     'cogov run：--days ("0")：应为整数，至少 1'),
    (("run", "a", "--days", "1e3"), 'cogov run: --days ("1e3"): must be a whole number, at least 1',
     'cogov run：--days ("1e3")：应为整数，至少 1'),
    (("run", "a", "--seed", "-1"), 'cogov run: --seed ("-1"): must be a whole number, at least 0',
     'cogov run：--seed ("-1")：应为整数，至少 0'),
    (("compare", "a", "--start", "soon"), 'cogov compare: --start ("soon"): must be a date such as 2024-06-01',
     'cogov compare：--start ("soon")：应为日期，如 2024-06-01'),
    (("run", "a", "--start", "2024-02-30"), 'cogov run: --start ("2024-02-30"): there is no such day',
     'cogov run：--start ("2024-02-30")：没有这一天'),
    (("demo", "--out", ""), 'cogov demo: --out (""): the name of the folder is empty; . is the current one',
     'cogov demo：--out ("")：文件夹名是空的；当前文件夹写作 .'),
    (("run", "a", "--lang", "fr"), "cogov run: --lang (\"fr\"): must be one of 'zh', 'en'",
     "cogov run：--lang (\"fr\")：应为其中之一：'zh', 'en'"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "english", "chinese"), BAD_WORDS, ids=[" ".join(words) for words, *_ in BAD_WORDS])
def test_bad_words_are_one_line_in_the_language_of_the_user(call, monkeypatch, words, english, chinese):
    command = english.split(":")[0]
    assert call(*words) == (2, "", f"{english} (see {command} --help)\n")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert call(*words) == (2, "", f"{chinese}（用法见 {command} --help）\n")


@pytest.mark.parametrize("words", [("run", "nowhere", "--lang", "zh"), ("--lang=zh", "run", "nowhere")])
def test_the_language_holds_for_errors_wherever_it_stands(call, words):
    assert call(*words)[2].startswith("nowhere: 没有叫这个名称的情景；全部情景见 cogov scenarios；")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("run", "暴雨"),
            "暴雨: 没有叫这个名称的情景；相近的有：暴雨之月（storm_month）、局地暴雨之月（local_storm_month）；"
            "全部情景见 cogov scenarios；自己的文件请给出路径，如 ./my.toml；您要写的是不是 暴雨之月？\n",
        ),
        (
            ("show", "干部下乡"),
            "干部下乡: 没有叫这个名称的情景、政策或城市；相近的有：党员干部下沉（cadre_sinking）；全部名称见 cogov ",
        ),
        (
            ("show", "干部下乡", "--policy"),
            "干部下乡: 没有这个标识或名称的政策；相近的有：党员干部下沉（cadre_sinking）；全部政策见 cogov scenarios",
        ),
        (
            ("run", "baseline", "--city", "鼓搂区"),
            '命令行: city ("鼓搂区"): 没有这个城市文件；自带：南京市鼓楼区（gulou）、南京市溧水区（lishui）、',
        ),
    ],
)
def test_in_chinese_what_comes_near_an_unknown_name_is_listed_by_name(call, words, message):
    code, out, err = call(*words, "--lang", "zh")
    assert (code, out) == (2, "")
    assert err.startswith(message)


SUBCOMMANDS = [("experiment", name) for name in ("check", "run", "status", "analyse", "split")]
PAGES_OF_HELP = [(), *((command,) for command in COMMANDS), *SUBCOMMANDS]


@pytest.mark.parametrize("command", PAGES_OF_HELP)
@pytest.mark.parametrize("width", ["80", "200"])
def test_help_is_in_chinese_where_that_is_asked_for(call, monkeypatch, command, width):
    from cogov.scenarios.sentences import chinese

    monkeypatch.setenv("COLUMNS", width)
    code, out, _ = call(*command, "--lang", "zh", "--help")
    assert code == 0
    assert "显示本说明并退出" in out
    assert "用法：cogov" in out
    assert "…" not in out, "cut off"
    of_typer = ("Usage", "Options", "Arguments", "Commands", "OPTIONS", "ARGS", "default", "required", "<str>",
                "<bool>")  # fmt: skip
    assert [word for word in of_typer if word in out] == []
    assert {*re.findall(r"(?<![\w-])(?:[A-Z]{4,}|DIR)(?![\w-])", out)} <= {"JSON", "LANG", "TOML"}
    helps = {english.split("\n")[0] for english in chinese() if english.endswith(".")}
    assert [english for english in helps if english in " ".join(out.split())] == []


def test_a_folder_that_cannot_be_made_is_a_message(call, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    for out, reason in ((tmp_path / "file", "is a file, not a folder"), (tmp_path / "file" / "x", "Not a directory")):
        code, _, err = call("run", "baseline", *SHORT, "--out", str(out))
        assert code == 2
        assert err.startswith(f"--out {out}: ")
        assert reason in err
        assert err.endswith("; give another folder\n")
        assert len(err.splitlines()) == 1


def test_a_folder_that_cannot_be_written_is_told_before_the_run(call, calls, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    code, _, err = call("compare", "cadre_sinking", *SHORT, "--out", str(tmp_path))
    assert (code, calls.comparisons) == (2, [])
    assert err == f"--out {tmp_path}: no folder to write in (Permission denied); give another folder\n"


# Running, with a stand-in for the engine and the report ---------------------------------------------------------


@pytest.fixture
def calls(monkeypatch):
    """Stand-ins that keep what they were called with: runs, comparisons and reports."""
    from cogov.experiments import compare, run

    kept = SimpleNamespace(runs=[], comparisons=[], reports=[], tell=None)
    outcome = SimpleNamespace(to_dict=lambda: {"effects": [float("nan")]}, summary={}, phases={})
    terminal, report = ModuleType("terminal"), ModuleType("report")
    terminal.summary_table = lambda result, lang, resolved, seed, everything: (
        f"{'all' if everything else 'summary'} of seed {seed} in {lang}"
    )
    terminal.comparison_table = lambda comparison, lang: f"comparison in {lang}"
    report.TooLargeError = RuntimeError
    report.write_report = lambda comparison, path, page: kept.reports.append((path, page))

    def run_scenario(scenario, **options):
        options.pop("progress")(1, 2)
        kept.runs.append((scenario, options))
        return outcome

    def compare_scenarios(scenarios, **options):
        options.pop("progress")(1, 2)
        kept.tell = options.pop("tell")
        kept.comparisons.append(([s.resolved() for s in scenarios], options))
        return outcome

    monkeypatch.setattr(run, "run_scenario", run_scenario)
    monkeypatch.setattr(compare, "compare", compare_scenarios)
    monkeypatch.setitem(sys.modules, "cogov.viz.terminal", terminal)
    monkeypatch.setitem(sys.modules, "cogov.viz.report", report)
    monkeypatch.setattr("cogov.model.compiled.is_warm", lambda: True)
    return kept


@pytest.mark.parametrize("port", ["65536", "-1", "x"])
def test_a_port_that_cannot_be_is_one_line(call, port):
    code, _, err = call("view", "--no-browser", "--port", port)
    assert code == 2
    assert "Traceback" not in err
    assert "--port" in err


def test_run_passes_on_what_was_asked_for(call, calls, tmp_path):
    out = tmp_path / "a" / "b"
    code, text, err = call(
        "run", "cadre_sinking", "--with", "storm_month", "--city", "street", "--days", "20", "--start", "2025-03-01",
        "--warm-up", "3", "--follow-up", "4", "--seed", "9", "--events", "--out", str(out), "--lang", "zh",
        "--set", "handling.fix=0.9", "--set", "cadre_sinking.people_per_community=9",
    )  # fmt: skip
    assert (code, err) == (0, "")
    ((scenario, options),) = calls.runs
    sources = ("cadre_sinking", "storm_month")
    assert options == {"seed": 9, "events": True, "out": out, "start": None, "checkpoints": (), "sources": sources}
    assert out.is_dir()
    calendar = scenario.calendar
    assert (str(calendar.start), calendar.days, calendar.warm_up_days, calendar.follow_up_days) == (
        "2025-03-01",
        20,
        3,
        4,
    )
    assert (scenario.city, scenario.layers, scenario.parameters) == ("street", ("storm_month",), {"handling.fix": 0.9})
    assert scenario.policies[0].parameters["people_per_community"] == 9
    assert text.splitlines() == ["summary of seed 9 in zh", str(out)]
    assert call("run", "baseline", "--all", "--lang", "en")[1] == "all of seed 1 in en\n"


def test_run_as_json(call, calls):
    code, out, _ = call("run", "baseline", *SHORT, "--json")
    facts = json.loads(out)
    assert (code, facts["scenario"], facts["seed"]) == (0, "baseline", 1)


def test_one_scenario_is_compared_with_the_baseline(call, calls):
    code, out, _ = call("compare", "cadre_sinking", *SHORT, "--set", "cadre_sinking.turnout=0.5", "-n", "2", "-w", "1")
    ((sides, options),) = calls.comparisons
    assert (code, out) == (0, "comparison in en\n")
    assert [s["id"] for s in sides] == ["baseline", "cadre_sinking"]
    assert sides[1]["policy"][0]["parameters"]["turnout"] == 0.5
    sources = ("baseline", "cadre_sinking")
    assert options == {"replications": 2, "workers": 1, "seed": 1, "out": None, "sources": sources}
    assert calls.reports == []


def test_many_scenarios_are_compared_with_the_baseline_or_with_another_one(call, calls):
    call("compare", "cadre_sinking", "alliance_lists", *SHORT)
    call("compare", "cadre_sinking", "baseline", *SHORT)
    call("compare", "alliance_lists", "three_together", "--against", "cadre_sinking", *SHORT)
    assert [[s["id"] for s in sides] for sides, _ in calls.comparisons] == [
        ["baseline", "cadre_sinking", "alliance_lists"], ["baseline", "cadre_sinking"],
        ["cadre_sinking", "alliance_lists", "three_together"],
    ]  # fmt: skip


def test_scenarios_policies_and_cities_go_by_name(call, calls):
    code, _, _ = call("compare", "党员干部下沉", "基准", "--with", "暴雨之月", "--city", "示范街道")
    ((sides, options),) = calls.comparisons
    assert code == 0
    assert [(s["id"], s["city"], s["layers"]) for s in sides] == [
        ("baseline", "street", ["storm_month"]),
        ("cadre_sinking", "street", ["storm_month"]),
    ]
    assert options["sources"][:2] == ("baseline", "cadre_sinking")
    for name, id_ in (("挂钩应急处置", "emergency_pairing"), ("Model street", "street"), ("南京市", "nanjing")):
        assert call("show", name, "--json") == call("show", id_, "--json")
    assert call("show", "党建联盟·四张清单", "--policy", "--json") == call(
        "show", "alliance_lists", "--policy", "--json"
    )
    code, _, err = call("show", "挂钩应急")
    assert (code, err.endswith("; did you mean 挂钩应急处置?\n")) == (2, True)
    assert "compared with itself" in call("compare", "基准")[2]


def test_the_baseline_takes_city_and_days_of_what_is_compared_with_it(call, calls, tmp_path):
    (tmp_path / "mine.toml").write_text(
        'format = 1\nextends = "cadre_sinking"\nname = { zh = "甲", en = "A" }\n'
        'question = { zh = "乙", en = "B" }\ncity = "street"\n[calendar]\ndays = 3\nwarm_up_days = 1\n',
        encoding="utf-8",
    )
    assert call("compare", str(tmp_path / "mine.toml"))[0] == 0
    (((baseline, mine), _),) = calls.comparisons
    assert (baseline["city"], baseline["calendar"]) == ("street", mine["calendar"])
    assert mine["calendar"]["days"] == 3
    code, _, err = call("compare", str(tmp_path / "mine.toml"), "cadre_sinking")
    assert code == 2
    assert err == (
        "mine: city is street, but baseline has nanjing; scenarios that are compared share city and days: "
        "give both the same, for instance with --city nanjing\n"
    )


@pytest.mark.parametrize(("said", "page"), [([], None), (["--lang", "zh"], "zh"), (["--lang", "en"], "en")])
def test_compare_writes_its_report_in_the_language_asked_for(call, calls, tmp_path, said, page):
    _, out, _ = call("compare", "alliance_lists", *SHORT, "--out", str(tmp_path), *said)
    assert calls.reports == [(tmp_path / "report.html", page)]
    assert out.splitlines()[-1] == str(tmp_path / "report.html")


def test_comparison_as_json_is_valid_where_a_value_is_missing(call, calls):
    assert json.loads(call("compare", "alliance_lists", *SHORT, "--json")[1]) == {"effects": [None]}


def test_demo_is_the_comparison_that_its_help_names(call, calls, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert call("demo")[0] == 0
    words = " ".join(call("demo", "--help")[1].split()).split("The same as: cogov ")[1].split("╭")[0].split()
    assert call(*words)[0] == 0
    demo, same = calls.comparisons
    assert demo == same
    assert [s["id"] for s in demo[0]] == ["baseline", "cadre_sinking", "alliance_lists", "emergency_pairing"]
    assert {s["city"] for s in demo[0]} == {"nanjing"}
    assert all(s["shock"][0]["kind"] == "rainstorm" for s in demo[0])
    assert demo[1]["replications"] == 3
    assert [(str(path), page) for path, page in calls.reports] == [("out/demo/report.html", None)] * 2


def test_progress_is_told_where_there_is_no_terminal(call, calls):
    assert call("compare", "cadre_sinking", *SHORT)[2] == "runs done 1/2\n"
    assert call("compare", "cadre_sinking", *SHORT, "--lang", "zh")[2] == "已完成运行 1/2\n"


def test_what_is_said_about_earlier_runs_is_in_the_language_of_the_command(call, calls, capsys):
    call("compare", "cadre_sinking", *SHORT, "--lang", "zh")
    calls.tell(t("{run} was not finished and is run again", run="runs/baseline/0"))
    assert capsys.readouterr().err == "runs/baseline/0 没有完成，将重新运行\n"


def test_a_city_is_shown_by_name_and_by_path(call):
    facts = json.loads(call("show", "street", "--json")[1])
    assert facts["sums"]["residents"] == 80000
    assert facts["city"]["stock"]["household_size"] == 2.98, "defaults are filled in"
    assert json.loads(call("show", str(CITIES / "street.toml"), "--json")[1]) == facts
    assert "全市专职网格员" in call("show", "street", "--lang", "zh")[1]
    assert "full-time grid workers in the whole city" in call("show", "nanjing")[1]


@pytest.mark.parametrize(("columns", "width"), [("60", 60), ("170", 170), (None, 120)])
def test_printed_tables_are_as_wide_as_columns_says(call, monkeypatch, columns, width):
    monkeypatch.setenv("COLUMNS", columns or "")
    lines = call("show", "cadre_sinking", "--all")[1].splitlines()
    assert max(map(len, lines)) == width


def test_check_speaks_chinese(call, tmp_path):
    (tmp_path / "bad.toml").write_text('format = 1\nextends = "basline"\n', encoding="utf-8")
    path = str(tmp_path / "bad.toml")
    assert "没有叫这个名称的情景" in call("check", path, "--lang", "zh")[2]
    assert (
        "没有叫这个名称的情景"
        in json.loads(call("check", path, "--lang", "zh", "--json")[1])[0]["problems"][0]["message"]
    )


def test_check_says_ok_in_chinese(call):
    assert call("check", "baseline", "--lang", "zh") == (0, "baseline: 无误\n", "")


def test_the_first_compilation_is_announced(call, calls, monkeypatch):
    monkeypatch.setattr("cogov.model.compiled.is_warm", lambda: False)
    assert "compiling" in call("run", "baseline", *SHORT)[2]
    assert "编译" in call("compare", "cadre_sinking", *SHORT, "--lang", "zh")[2]


def test_a_lost_worker_is_exit_code_1(call, calls, monkeypatch):
    from cogov.experiments import compare
    from cogov.experiments.parallel import WorkerLostError

    def lose(*_, **__):
        raise WorkerLostError("a worker was killed")

    monkeypatch.setattr(compare, "compare", lose)
    code, _, err = call("compare", "cadre_sinking", *SHORT)
    assert (code, err) == (1, "a worker was killed\n")


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (KeyboardInterrupt(), 130, "stopped before the end; files that were finished are whole"),
        (Terminated(), 143, "ended before the end; "),
        (OSError(errno.ENOSPC, "No space left on device", "a/b.json"), 1, "a/b.json: No space left on device; make "),
        (OSError(errno.ENOSPC, "No space left on device"), 1, "No space left on device; make room"),
        (PermissionError(errno.EACCES, "Permission denied", "a/b.json"), 2, "a/b.json: Permission denied"),
        (MemoryError(), 1, "out of memory; use fewer workers (--workers 1) or a smaller city"),
    ],
)
def test_what_ends_a_run_early_is_one_message(call, calls, monkeypatch, error, code, message):
    from cogov.experiments import compare, run

    def fail(*_, **__):
        raise error

    monkeypatch.setattr(run, "run_scenario", fail)
    monkeypatch.setattr(compare, "compare", fail)
    for words in (("run", "baseline", *SHORT), ("compare", "cadre_sinking", *SHORT)):
        found, out, err = call(*words)
        assert (found, out, len(err.splitlines())) == (code, "", 1)
        assert err.startswith(message)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_run_with_one_message_and_leaves_no_half_files(tmp_path, number, code):
    words = ["run", "baseline", "--city", "gulou", "--days", "250", "--out", str(tmp_path), "--events"]
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "cogov", *words], stderr=subprocess.PIPE, text=True, stdout=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # what runs in the background is deaf to it
    )  # fmt: skip
    while not any(tmp_path.iterdir()):  # the event log is open: the run has begun
        time.sleep(0.05)
        assert process.poll() is None
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    # Where Ctrl-C meets source text being executed, CPython ends by the signal itself; to a shell that is 130 too.
    assert process.returncode == code or (number == signal.SIGINT and process.returncode == -number)
    assert next(line for line in err.splitlines() if "compiling" not in line).endswith("the rest was not written")
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_who_asks_again_and_again_is_told_once_and_leaves_no_worker(tmp_path, number, code):
    """Signals come while workers are at work, while they are ended, and while their threads are waited for."""
    words = ["validate", "--city", "gulou", "--workers", "2", "--out", str(tmp_path), "--lang", "en"]
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "cogov", *words], stderr=subprocess.PIPE, text=True, stdout=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        pytest.skip("needs /proc to find the workers")
    while len(workers := children.read_text().split()) < 3:  # two of them, and what the standard library tracks them by
        time.sleep(0.05)
        assert process.poll() is None
    time.sleep(2.0)
    for _ in range(100):
        process.send_signal(number)
        time.sleep(0.02)
        if process.poll() is not None:
            break
    _, said = process.communicate(timeout=60)
    assert process.returncode in (code, -number), said
    assert said.count("files that were finished are whole and stay") == 1
    assert "Traceback" not in said
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_our_own_mistakes_are_not_hidden(call, calls, monkeypatch):
    from cogov.experiments import run

    def fail(*_, **__):
        raise ValueError("a mistake of ours")

    monkeypatch.setattr(run, "run_scenario", fail)
    with pytest.raises(ValueError, match="a mistake of ours"):
        call("run", "baseline", *SHORT)


def test_a_run_leaves_a_checkpoint_and_goes_on_from_it(call, tmp_path):
    days = ("--city", "street", "--days", "2", "--warm-up", "2", "--follow-up", "1", "--seed", "7")
    base, there = tmp_path / "base", tmp_path / "base" / "checkpoints" / "2024-06-01"
    assert call("run", "baseline", *days, "--out", str(base), "--checkpoint-at", "2024-06-01")[0] == 0
    assert call("run", "cadre_sinking", *days, "--out", str(tmp_path / "straight"))[0] == 0
    assert call("run", "cadre_sinking", "--from", str(there), "--out", str(tmp_path / "forked"))[0] == 0
    assert call("run", "--from", str(there), "--out", str(tmp_path / "on"))[0] == 0
    for one, two in (("straight", "forked"), ("base", "on")):
        assert (tmp_path / one / "summary.json").read_bytes() == (tmp_path / two / "summary.json").read_bytes()
    again = json.loads(call("run", "--from", str(there), "--json")[1])
    assert (again["seed"], again["scenario"]) == (7, "baseline")
    for words, said, chinese in (
        (("--from", str(there), "--days", "3"), "--days: is a wish about a scenario", "须在 --from 之外写出情景名称"),
        (("--from", str(there), "--set", "handling.fix=0.9"), "--set: is a wish about", "须在 --from 之外"),
        (("baseline", "--from", str(there), "--days", "3"), "calendar.days: 2 ≠ 3", "与检查点不一致"),
        (("--from", str(there), "--seed", "8"), "was made with seed 7, and the run has 8", "请去掉 --seed"),
        (("--from", str(there), "--events", "--out", str(tmp_path / "e")), "kept no event log", "没有记事件日志"),
        (("--from", str(base)), f"{base} is no checkpoint", "不是检查点"),
        (("baseline", "--checkpoint-at", "2024-06-01"), "a checkpoint is a folder of files", "检查点是一个文件夹"),
        (("baseline", *days, "--out", str(tmp_path / "e"), "--checkpoint-at", "2024-06-04"), "no later than its last, "
         "2024-06-03", "不晚于最后一天 2024-06-03"),
    ):  # fmt: skip
        for lang, text in (("en", said), ("zh", chinese)):
            code, out, error = call("run", *words, "--lang", lang)
            assert (code, out) == (2, "")
            assert text in error
            assert len(error.splitlines()) == 1


def test_commands_stand_in_the_order_in_which_they_are_met(call):
    listed = [line.split()[1] for line in call("--help")[1].splitlines() if re.match(r"│ [a-z]+ ", line)]
    assert [name for name in listed if name in COMMANDS] == list(COMMANDS)
