"""The options that commands share: what each is called, what it means, and how its value is read."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .commands import day, folder, whole


class Lang(StrEnum):
    """Languages of the output."""

    zh = "zh"
    en = "en"


OF_SCENARIO = "that of the scenario"
Language = Annotated[Lang | None, typer.Option("--lang", help="Language of all output; default from LANG.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
With = Annotated[
    list[str] | None,
    typer.Option(
        "--with", metavar="SCENARIO",
        help="Lay another scenario over it, such as storm_month, by id or name; may be given again.",
    ),
]  # fmt: skip
City = Annotated[
    str | None,
    typer.Option(
        "--city", metavar="NAME|FILE", help="City: nanjing, gulou, lishui, street, by id or name, or a file.",
        show_default=OF_SCENARIO,
    ),
]  # fmt: skip
WindowDays = Annotated[
    int | None,
    typer.Option(
        "--days", parser=whole(1), metavar="N", help="Days of the window that is measured.",
        show_default="that of the scenario, 30 in those shipped",
    ),
]  # fmt: skip
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help="Set a number of the model, such as handling.fix=0.9, or a parameter of a "
        "policy, such as cadre_sinking.people_per_community=8; may be given again.",
    ),
]
Start = Annotated[
    date | None,
    typer.Option(
        "--start", parser=day, metavar="DATE", help="First day of the window.",
        show_default="that of the scenario, 2024-06-01 in those shipped",
    ),
]  # fmt: skip
WarmUp = Annotated[
    int | None,
    typer.Option(
        "--warm-up", parser=whole(0), metavar="N", help="Days before the window, not measured.",
        show_default="that of the scenario, 60 in those shipped",
    ),
]  # fmt: skip
FollowUp = Annotated[
    int | None,
    typer.Option(
        "--follow-up", parser=whole(0), metavar="N", help="Days after it, to see its needs end.",
        show_default="that of the scenario, 30 in those shipped",
    ),
]  # fmt: skip
Seed = Annotated[
    int, typer.Option("--seed", parser=whole(0), metavar="N", help="Root of all random draws; same seed, same results.")
]
Out = Annotated[Path | None, typer.Option("--out", parser=folder, metavar="DIR", help="Folder for the results.")]
Replications = Annotated[
    int, typer.Option("--replications", "-n", parser=whole(1), metavar="N", help="Runs of each scenario.")
]
Workers = Annotated[
    int | None,
    typer.Option("--workers", "-w", parser=whole(1), metavar="N", help="Processes.", show_default="one a core"),
]
Name = Annotated[
    str,
    typer.Argument(metavar="SCENARIO", help="Shipped scenario by id or name (Chinese or English), or path of a file."),
]
CheckpointAt = Annotated[
    list[date] | None,
    typer.Option(
        "--checkpoint-at", parser=day, metavar="DATE",
        help="Leave a checkpoint of the run as it stands when this day begins; needs --out; may be given again.",
    ),
]  # fmt: skip
FromCheckpoint = Annotated[
    Path | None,
    typer.Option(
        "--from", parser=folder, metavar="CHECKPOINT",
        help="Go on from a checkpoint, with its city, days and seed; SCENARIO may differ from then on.",
    ),
]  # fmt: skip
