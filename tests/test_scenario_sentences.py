"""What is said in both languages: every sentence of the code has its Chinese, with the same gaps; none is left over."""

import ast
import string
from pathlib import Path

import typer.main
from pydantic import BaseModel

from cogov.cli import app
from cogov.experiments.ablations import Ablations
from cogov.experiments.calibration.fit_file import FitFile
from cogov.experiments.calibration.mapping import Mapping
from cogov.experiments.calibration.target_file import Entry, TargetFile
from cogov.experiments.experiment import Experiment
from cogov.experiments.hypotheses import Register
from cogov.helping import _SIGNS, _USAGE
from cogov.model.city_file import CitySpec
from cogov.model.draws import STREAMS
from cogov.model.wheel import EVENT_KINDS
from cogov.scenarios.schema import Scenario
from cogov.scenarios.sentences import Both, Sentence, chinese, t, translated
from cogov.scenarios.settings import ARGUMENT, COMMAND_LINE

NUMBERS = ("N", "I/N")
"""What stands for a number in help, the same in all languages."""
ROOT = Path(__file__).resolve().parents[1]
SPEAKING = [
    *ROOT.glob("*.py"),
    *(path for room in ("scenarios", "experiments", "viz") for path in (ROOT / room).rglob("*.py")),
]


def gaps(template):
    return sorted(f"{name}:{spec}" for _, name, spec, _ in string.Formatter().parse(template) if name is not None)


def has_words(template):
    return any(sign.isalpha() for part, *_ in string.Formatter().parse(template) for sign in part)


def said_in_code():
    """Yield the sentences that stand in calls of ``t`` and ``stop``, and as reasons in the rules of city files."""
    for path in SPEAKING:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(getattr(node, "func", None), "id", "")
            if name in ("t", "stop") and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value
    rules = ast.parse((ROOT / "model" / "city_file.py").read_text(encoding="utf-8"))
    for node in ast.walk(rules):
        if isinstance(node, ast.Yield):
            yield node.value.elts[1].value


def descriptions(part):
    for field in part.model_fields.values():
        yield field.description or ""
        for inner in flat(field.annotation):
            yield from descriptions(inner)


def flat(annotation):
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from flat(inner)


def helps(command):
    yield command.help or ""
    for param in command.params:
        yield param.help or ""
        yield param.metavar or "" if param.metavar not in NUMBERS else ""
        yield param.show_default if isinstance(param.show_default, str) else ""
    for own in getattr(command, "commands", {}).values():
        yield from helps(own)


def every_sentence():
    found = {
        *said_in_code(),
        *descriptions(Scenario),
        *descriptions(CitySpec),
        *descriptions(Register),
        *descriptions(Experiment),
        *descriptions(Mapping),
        *descriptions(FitFile),
        *descriptions(Ablations),
        *descriptions(TargetFile),
        *descriptions(Entry),
    }
    found |= {*helps(typer.main.get_command(app)), "Show this message and exit.", "Usage: ", *_SIGNS.values(), *_USAGE}
    found |= {*STREAMS.values(), *(meaning for *_, meaning in EVENT_KINDS)}
    found |= {COMMAND_LINE, ARGUMENT, "district", "street", "community"}
    return found


def test_every_sentence_has_its_chinese_and_none_is_left_over():
    lacking = every_sentence() - chinese().keys()
    assert {sentence for sentence in lacking if has_words(sentence)} == set()
    assert chinese().keys() - every_sentence() == set()


def test_both_languages_have_the_same_gaps():
    assert [english for english, zh in chinese().items() if gaps(english) != gaps(zh)] == []


def test_the_chinese_is_chinese():
    same = [english for english, zh in chinese().items() if not any("一" <= sign <= "鿿" for sign in zh)]
    assert [english for english in same if has_words(english)] == []


def test_gaps_are_filled_in_the_language_of_the_sentence():
    said = t("must be {span}", span=t("{low} to {high}", low=0, high=Both("一", "one")))
    assert (str(said), said.of("zh")) == ("must be 0 to one", "应为 0 至 一")


def test_what_fills_a_gap_is_never_a_template():
    assert t("{name} is set twice", name="{x}").of("zh") == "{x} 设定了两次"
    assert Sentence("{words}", {"words": "{"}).of("en") == "{"


def test_what_the_catalogue_lacks_stays_as_it_is():
    assert translated("mine.toml", "zh") == "mine.toml"
