"""What is said about bad scenario files: file, line, key, value, what is allowed, and the nearest right spelling."""

import pickle

import pytest

from cogov.scenarios.errors import ABSENT, Problem, ScenarioError, listed, nearest, show_value
from cogov.scenarios.loader import check_file, load_scenario
from cogov.scenarios.sentences import t

HEAD = """\
format = 1
extends = "baseline"
name = { zh = "试", en = "Try" }
question = { zh = "问？", en = "Why?" }
city = "street"
"""


def said(tmp_path, text, head=HEAD, name="mine"):
    """Return what is said about a file, one line a problem, without its folder."""
    path = tmp_path / f"{name}.toml"
    path.write_text(head + text, encoding="utf-8")
    return [str(p).replace(str(tmp_path) + "/", "") for p in check_file(path)]


def test_a_good_file_has_no_problems(tmp_path):
    assert said(tmp_path, "") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "citty = 1",
            "mine.toml:6: citty (1): no such key; allowed: format, id, name, question, city, calendar, demand, "
            "category, parameters, shock, policy, extends; did you mean city?",
        ),
        (
            "layers = []",
            "mine.toml:6: layers ([]): no such key; allowed: format, id, name, question, city, calendar, "
            "demand, category, parameters, shock, policy, extends",
        ),
        ('id = "yours"', 'mine.toml:6: id ("yours"): must be the file\'s name without .toml, "mine"'),
        ("calendar = 3", "mine.toml:6: calendar (3): must be a table (days of the run)"),
        ("[calendar]\ndays = 0", "mine.toml:7: calendar.days (0): must be 1 to 3650 (days of the window)"),
        (
            "[calendar]\ndays = 1.5",
            "mine.toml:7: calendar.days (1.5): must be a whole number, 1 to 3650 (days of the window)",
        ),
        (
            "[calendar]\ndays = true",
            "mine.toml:7: calendar.days (true): must be a whole number, 1 to 3650 (days of the window)",
        ),
        (
            '[calendar]\nstart = "2024-06-01"',
            'mine.toml:7: calendar.start ("2024-06-01"): must be a date such as 2024-06-01, without quotes '
            "(first day of the window)",
        ),
        (
            "[calendar]\nwarmup_days = 3",
            "mine.toml:7: calendar.warmup_days (3): no such key; allowed: start, days, warm_up_days, "
            "follow_up_days; did you mean warm_up_days?",
        ),
        (
            "[demand]\nscale = inf",
            "mine.toml:7: demand.scale (inf): must be a finite number, 0 to 20 (factor on all ordinary arrival rates)",
        ),
        (
            "[demand]\nscale = -1",
            "mine.toml:7: demand.scale (-1): must be 0 to 20 (factor on all ordinary arrival rates)",
        ),
        (
            '[parameters]\n"handling.fix" = "x"',
            'mine.toml:7: parameters.handling.fix ("x"): must be a number (numbers of the model by name)',
        ),
        (
            '[[shock]]\nkind = "rainstrom"\nday = 3\ndays = 1',
            'mine.toml:7: shock.rainstrom.kind ("rainstrom"): must be one of "outbreak", "rainstorm", "fire", '
            '"hotline_surge"; did you mean rainstorm?',
        ),
        ('[[shock]]\nkind = "fire"\nday = 3', "mine.toml:6: shock.fire.days: is missing: how long it lasts, in days"),
        (
            '[[shock]]\nkind = "fire"\nday = 3\ndays = 0',
            "mine.toml:9: shock.fire.days (0): must be more than 0 to 365 (how long it lasts, in days)",
        ),
        (
            '[[shock]]\nkind = "fire"\nday = "3"\ndays = 1',
            'mine.toml:8: shock.fire.day ("3"): must be a whole number: the day of the window on which it '
            "begins, 1 for the first",
        ),
        (
            '[[shock]]\nkind = "fire"\nday = 3\ntime = "noon"\ndays = 1',
            'mine.toml:9: shock.fire.time ("noon"): must be a time such as 16:00:00, without quotes',
        ),
        (
            '[[shock]]\nkind = "fire"\nday = 3\nstart = 2024-06-03\ndays = 1',
            "mine.toml:9: shock.fire.start (2024-06-03): give either start, or day and time, not both",
        ),
        (
            '[[shock]]\nkind = "fire"\nstart = 2024-06-03T10:00:00Z\ndays = 1',
            "mine.toml:8: shock.fire.start (2024-06-03T10:00:00+00:00): must have no time zone; all times are "
            "local (minute it begins, a date or a date and time without zone)",
        ),
        (
            '[[shock]]\nkind = "fire"\nday = 3\ndays = 1\nwhere = { grid_kind = ["olld"] }',
            'mine.toml:10: shock.fire.where.grid_kind ("olld"): must be one of "commercial", "old", "village", '
            '"exclusive"; did you mean old?',
        ),
        (
            '[[shock]]\nkind = "fire"\nday = 3\ndays = 1\nwhere = { district = "Gulou" }',
            'mine.toml:10: shock.fire.where.district ("Gulou"): must be a list such as ["..."] (names of '
            "districts, Chinese or English)",
        ),
        (
            '[[shock]]\nkind = "fire"\nday = 3\ndays = 1\nwhere = { district = [] }',
            "mine.toml:10: shock.fire.where.district ([]): must not be empty; leave the key out instead (names "
            "of districts, Chinese or English)",
        ),
        (
            '[[policy]]\nuse = "cadre_sinking"\nid = "a b"',
            'mine.toml:8: policy.a b.id ("a b"): must be 1 to 64 letters, digits, _ or - (name of the instance '
            "inside the scenario)",
        ),
        (
            '[[policy]]\nuse = "cadre_sinking"\nintensity = 2',
            "mine.toml:8: policy.cadre_sinking.intensity (2): must be 0 to 1 (share of the places in reach "
            "that it covers)",
        ),
        ("[[policy]]\nintensity = 1", 'mine.toml:6: policy[1]: must name the entry by use = "..." or id = "..."'),
        (
            '[[policy]]\nuse = "cadre_sinking"\n[[policy]]\nuse = "cadre_sinking"',
            'mine.toml:8: policy.id ("cadre_sinking"): stands twice; give one of the two another id',
        ),
        (
            '[policy]\nuse = "cadre_sinking"',
            'mine.toml:6: policy ({ use = "cadre_sinking" }): must be written as [[policy]] tables',
        ),
    ],
)
def test_form(tmp_path, text, expected):
    assert said(tmp_path, text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "mine.toml: format: is missing: version of the form of this file"),
        ("format = 2", "mine.toml:1: format (2): must be 1"),
        ('name = { zh = "a"', "mine.toml:1: not TOML at line 1: "),
        ("a = 1\nb = = 2", "mine.toml:2: not TOML at line 2, column 5: "),
        (
            'format = 1\nextends = "basline"',
            'mine.toml:2: extends ("basline"): no scenario has this name; nearest: baseline (Baseline); all ',
        ),
        (
            'format = 1\nextends = ""',
            'mine.toml:2: extends (""): must be the name or the path of one scenario file, in quotes',
        ),
    ],
)
def test_the_file_as_a_whole(tmp_path, text, expected):
    assert any(line.startswith(expected) for line in said(tmp_path, text, head=""))


def test_a_circle_is_shown(tmp_path):
    (tmp_path / "other.toml").write_text('format = 1\nextends = "mine"\n', encoding="utf-8")
    assert said(tmp_path, 'format = 1\nextends = "other"\n', head="") == [
        'other.toml:2: extends ("mine"): files extend one another in a circle: mine -> other -> mine'
    ]


def test_text_in_another_encoding(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(HEAD.encode() + "# 南京".encode("gbk"))
    assert [str(p) for p in check_file(path)] == [f"{path}:6: is not UTF-8 text; save it as UTF-8"]


def test_missing_files_and_folders(tmp_path):
    (tmp_path / "mine.toml").write_text(HEAD, encoding="utf-8")
    missing = tmp_path / "mime.toml"
    assert [str(p) for p in check_file(missing)] == [f"{missing}: no such file; did you mean mine.toml?"]
    assert [str(p) for p in check_file(tmp_path)] == [f"{tmp_path}: is a folder, not a file"]
    (problem,) = check_file("storm_mnth")
    assert problem.near == "storm_month"


def test_all_findings_come_at_once_in_the_order_of_lines(tmp_path):
    text = '[calendar]\ndays = 0\n[demand]\nscale = 30\n[[policy]]\nuse = "cadre_sinking"\nramp_days = -1\n'
    assert [line.split(" (")[0] for line in said(tmp_path, text)] == [
        "mine.toml:7: calendar.days",
        "mine.toml:9: demand.scale",
        "mine.toml:12: policy.cadre_sinking.ramp_days",
    ]


def test_errors_of_form_hide_no_others(tmp_path):
    text = (
        '[calendar]\ndays = 0\n[parameters]\nhandling.fx = 0.5\nhandling.fix = "x"\n[[policy]]\nuse = "cadre_sinkin"\n'
        '[[policy]]\nuse = "alliance_lists"\nintensity = 2\n[policy.parameters]\nnothing = 1\n'
        '[[policy]]\nintensity = 1\n[[shock]]\nkind = "fire"\nday = 2\n[[shock]]\nid = "b"\nkind = "fire"\nday = 2\n'
        'days = 1\nwhere = { district = ["nowhere"] }\n[[shock]]\nid = "b"\nkind = "fire"\nday = 1\ndays = 1\n'
    )
    assert [line.split(" (")[0].split(": ")[0:2] for line in said(tmp_path, text, HEAD.replace("= 1", "= 2"))] == [
        ["mine.toml:1", "format"], ["mine.toml:7", "calendar.days"], ["mine.toml:9", "parameters.handling.fx"],
        ["mine.toml:10", "parameters.handling.fix"], ["mine.toml:12", "policy.cadre_sinkin.use"],
        ["mine.toml:15", "policy.alliance_lists.intensity"],
        ["mine.toml:17", "policy.alliance_lists.parameters.nothing"],
        ["mine.toml:18", "policy[3]"], ["mine.toml:20", "shock.fire.days"], ["mine.toml:28", "shock.b.where.district"],
        ["mine.toml:29", "shock.id"],
    ]  # fmt: skip


def test_a_misspelt_path_names_only_what_is_near(tmp_path):
    (tmp_path / "unread.toml").write_text(HEAD, encoding="utf-8")
    assert check_file(tmp_path / "nofile.toml")[0].near is None
    assert check_file(tmp_path / "unraed.toml")[0].near == "unread.toml"


def test_errors_are_told_in_chinese_with_keys_and_values_as_they_are(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + '[calendar]\ndays = 0\n[[policy]]\nuse = "cadre_sinkin"\n', encoding="utf-8")
    lines = [problem.of("zh").replace(f"{tmp_path}/", "") for problem in check_file(path)]
    assert lines[0] == "mine.toml:7: calendar.days (0): 应为 1 至 3650（观察期天数）"
    assert lines[1].startswith(
        'mine.toml:9: policy.cadre_sinkin.use ("cadre_sinkin"): 没有这个标识或名称的政策；相近的有：党'
    )
    assert lines[1].endswith("；您要写的是不是 cadre_sinking？")


def test_a_bad_window_is_one_problem_though_dates_follow_from_it(tmp_path):
    text = (
        '[calendar]\nstart = "soon"\n[[policy]]\nuse = "cadre_sinking"\n[[shock]]\nkind = "fire"\nday = 2\ndays = 1\n'
    )
    assert [line.split(" (")[0] for line in said(tmp_path, text)] == ["mine.toml:7: calendar.start"]


def test_problems_of_a_base_name_the_base(tmp_path):
    (tmp_path / "base.toml").write_text(HEAD + "[demand]\nscale = 99\n", encoding="utf-8")
    text = HEAD.replace('"baseline"', '"base"')
    assert said(tmp_path, text, head="") == [
        "base.toml:7: demand.scale (99): must be 0 to 20 (factor on all ordinary arrival rates)"
    ]


def test_problems_as_plain_data_and_across_processes():
    problem = Problem("a.toml", "b.c", t("must be {format}", format=1), ABSENT, 3, "x")
    assert problem.to_dict() == {
        "file": "a.toml", "line": 3, "key": "b.c", "value": None, "reason": "must be 1", "did_you_mean": "x",
        "message": "a.toml:3: b.c: must be 1; did you mean x?",
    }  # fmt: skip
    error = ScenarioError([problem, Problem("a.toml", "", t("is missing"))])
    assert str(pickle.loads(pickle.dumps(error))) == str(error) == f"{problem}\na.toml: is missing"


def test_errors_are_value_errors_of_the_loader(tmp_path):
    with pytest.raises(ValueError, match="no such file"):
        load_scenario(tmp_path / "none.toml")


def test_words_of_messages():
    assert nearest("BASELINE", ["baseline"]) == "baseline"
    assert nearest("xyz", ["baseline"]) is None
    assert str(listed(range(5), most=3)) == "0, 1, 2 and 2 more"
    assert listed(range(5), most=3).of("zh") == "0, 1, 2 等，另有 2 个"
    assert show_value({"a": [1, True], "b": "c"}) == '{ a = [1, true], b = "c" }'
    assert show_value("x" * 99).endswith("...")
    assert show_value({}) == "{}"


def test_long_values_are_not_cut_within_a_number():
    shown = show_value([1.2345678, 2.3456789, 3.4567891, 4.5678912, 5.6789123, 6.7891234])
    assert shown == "[1.2345678, 2.3456789, 3.4567891, 4.5678912, 5.6789123, ..."
    assert show_value("x" * 80).endswith("xxx...")
