"""What a scenario is once it is resolved: frozen, complete, and the same for the same content.

The models below are what ``loader`` fills from TOML files. Nothing is optional in the end: every policy has its
dates and all its parameters, every shock its minute. ``Scenario.resolved()`` is the form that crosses process
borders and is written beside results; ``Scenario.digest()`` identifies what can influence results.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, NaiveDatetime, Strict, ValidationInfo

FORMAT = 1
"""Version of the form of scenario files."""

SHOCK_KINDS: dict[str, tuple[str, str]] = {
    "outbreak": ("疫情", "Outbreak"),
    "rainstorm": ("暴雨内涝", "Rainstorm and flood"),
    "fire": ("火灾与燃气泄漏", "Fire or gas leak"),
    "hotline_surge": ("热线话务激增", "Surge of hotline calls"),
}
"""Kinds of shock with their Chinese and English names."""

GRID_KINDS: dict[str, tuple[str, str]] = {
    "commercial": ("商品房小区网格", "Commercial-housing compound"),
    "old": ("老旧小区网格", "Old compound"),
    "village": ("村网格", "Village"),
    "exclusive": ("专属网格", "Exclusive grid"),
}
"""Kinds of grid in the order of their codes, with their Chinese and English names."""


def _midnight(value: Any, info: ValidationInfo) -> Any:
    """Let a date stand for its first minute; in JSON, which has no dates, a text is one."""
    if info.mode == "json" and isinstance(value, str):
        return dt.datetime.fromisoformat(value)
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    return value


GridKind = Literal["commercial", "old", "village", "exclusive"]
ShockKind = Literal["outbreak", "rainstorm", "fire", "hotline_surge"]
Names = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Strict(False), Field(min_length=1)]
Kinds = Annotated[tuple[GridKind, ...], Strict(False), Field(min_length=1)]
Text = Annotated[str, Field(min_length=1, max_length=400)]
Id = Annotated[str, Field(pattern=r"^[\w-]{1,64}$")]
Moment = Annotated[NaiveDatetime, BeforeValidator(_midnight)]
Days = Annotated[int, Field(ge=0, le=3650)]
Weight = Annotated[float, Field(ge=0, le=1e6)]
Hours = Annotated[tuple[Weight, ...], Strict(False), Field(min_length=24, max_length=24)]
Weekdays = Annotated[tuple[Weight, ...], Strict(False), Field(min_length=7, max_length=7)]
Months = Annotated[tuple[Weight, ...], Strict(False), Field(min_length=12, max_length=12)]


class Part(BaseModel):
    """A table of a scenario file: frozen, strict about types, closed to unknown keys."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)

    also: ClassVar[tuple[str, ...]] = ()
    """Keys that a file may have beside the fields; the loader turns them into fields."""


class Words(Part):
    """A text in both languages."""

    zh: Text = Field(description="Chinese text")
    en: Text = Field(description="English text")

    def of(self, lang: str) -> str:
        """Return the text in ``"zh"`` or ``"en"``."""
        return self.zh if lang == "zh" else self.en


class Calendar(Part):
    """The days of a run: warm-up, window, follow-up."""

    start: dt.date = Field(description="first day of the window")
    days: int = Field(ge=1, le=3650, description="days of the window")
    warm_up_days: Days = Field(default=60, description="days before the window, which are not measured")
    follow_up_days: Days = Field(default=30, description="days after the window, in which its needs are followed")

    @property
    def first(self) -> dt.date:
        """First day of the run."""
        return self.start - dt.timedelta(days=self.warm_up_days)

    @property
    def end(self) -> dt.date:
        """The day after the last day of the run."""
        return self.start + dt.timedelta(days=self.days + self.follow_up_days)


class Demand(Part):
    """How much arises."""

    scale: float = Field(default=1.0, ge=0, le=20, description="factor on all ordinary arrival rates")
    work: float = Field(default=1.0, ge=0.05, le=20, description="factor on the hands-on minutes of all needs")


class Category(Part):
    """What a scenario says otherwise about a category of need; an absent key leaves the model's own value."""

    hours: Hours = Field(default=(), description="weights of the hours 0 to 23 in which its needs arise")
    weekdays: Weekdays = Field(default=(), description="weights of Monday to Sunday")
    months: Months = Field(default=(), description="weights of January to December")
    dispersion: float | None = Field(default=None, ge=0, le=2, description="sigma of the daily busy factor")
    work: float | None = Field(default=None, ge=1, le=6000, description="mean hands-on minutes, all parties")
    sigma: float | None = Field(default=None, ge=0, le=2, description="sigma of ln(hands-on minutes)")

    def given(self) -> dict[str, Any]:
        """Return what is said, by key."""
        return {key: value for key, value in self.model_dump(mode="json").items() if value not in (None, [])}


class Where(Part):
    """A filter of places; an absent key filters nothing, and all keys must hold."""

    district: Names = Field(default=(), description="names of districts, Chinese or English")
    street: Names = Field(default=(), description="names of streets, Chinese or English")
    community: Names = Field(default=(), description="names of communities, Chinese or English")
    grid_kind: Kinds = Field(default=(), description="kinds of grid; a community counts when it has one of them")

    def filters(self) -> dict[str, tuple[str, ...]]:
        """Return the filters in use, by key."""
        found: dict[str, tuple[str, ...]] = {
            "district": self.district, "street": self.street, "community": self.community,
            "grid_kind": self.grid_kind,
        }  # fmt: skip
        return {key: names for key, names in found.items() if names}


class Shock(Part):
    """One blow from outside."""

    also: ClassVar[tuple[str, ...]] = ("day", "time")

    id: Id = Field(description="name of the shock inside the scenario")
    kind: ShockKind = Field(description="kind of shock")
    start: Moment = Field(description="minute it begins, a date or a date and time without zone")
    days: float = Field(gt=0, le=365, description="how long it lasts, in days")
    severity: float = Field(default=1.0, ge=0, le=5, description="strength; 1 is the declared standard")
    where: Where = Field(default_factory=Where, description="places it may hit")


class PolicyEntry(Part):
    """One instance of a policy."""

    use: str = Field(description="id of the policy")
    id: Id = Field(description="name of the instance inside the scenario")
    intensity: float = Field(default=1.0, ge=0, le=1, description="share of the places in reach that it covers")
    start: dt.date = Field(description="first day in force")
    end: dt.date | None = Field(default=None, description="first day no longer in force")
    ramp_days: Days = Field(default=0, description="days over which the intensity rises")
    where: Where = Field(default_factory=Where, description="places it may reach")
    parameters: dict[str, Any] = Field(default_factory=dict, description="parameters of the policy")


class Scenario(Part):
    """A complete what-if: place, days, demand, numbers, shocks and policies."""

    also: ClassVar[tuple[str, ...]] = ("extends",)

    format: Literal[1] = Field(description="version of the form of this file")
    id: Id = Field(description="the file's name without .toml")
    name: Words = Field(description="name in both languages")
    question: Words = Field(description="the question that the scenario answers, in both languages")
    city: str = Field(min_length=1, description="a shipped city, or a city file relative to this file")
    calendar: Calendar = Field(description="days of the run")
    demand: Demand = Field(default_factory=Demand, description="how much arises")
    category: dict[str, Category] = Field(
        default_factory=dict, description="categories of need that are changed, by id"
    )
    parameters: dict[str, float] = Field(default_factory=dict, description="numbers of the model by name")
    shocks: Annotated[tuple[Shock, ...], Strict(False)] = Field(
        default=(), alias="shock", max_length=16, description="shocks"
    )
    policies: Annotated[tuple[PolicyEntry, ...], Strict(False)] = Field(
        default=(), alias="policy", description="policies"
    )
    layers: Annotated[tuple[str, ...], Strict(False)] = Field(default=(), description="scenarios laid over this one")
    city_digest: str = Field(default="", description="digest of the city file's content")

    loaded: ClassVar[tuple[str, ...]] = ("layers", "city_digest")
    """Fields that the loader writes; a file may not."""

    def resolved(self) -> dict[str, Any]:
        """Return everything as JSON-able values with sorted keys, as a TOML file would have it."""
        plain = self.model_dump(mode="json", by_alias=True)
        for entry in (*plain["shock"], *plain["policy"]):
            entry["where"] = {key: names for key, names in entry["where"].items() if names}
        plain["category"] = {key: given for key, one in self.category.items() if (given := one.given())}
        canonical: dict[str, Any] = json.loads(json.dumps(plain, sort_keys=True))
        return canonical

    def digest(self) -> str:
        """Return 16 hex digits of all that can influence results.

        Names and questions do not count, nor where the city file lies, only what is in it.
        """
        content = self.resolved()
        for key in ("id", "name", "question", "layers"):
            del content[key]
        if content["city_digest"]:
            del content["city"]
        return digest_of(content)

    @classmethod
    def from_resolved(cls, data: Mapping[str, Any]) -> Scenario:
        """Return the scenario of a ``resolved()`` dictionary, such as one read back from ``run.json``.

        Raises:
            pydantic.ValidationError: When the dictionary did not come from ``resolved()``.
        """
        return cls.model_validate_json(json.dumps(dict(data)))


def digest_of(content: Any) -> str:
    """Return 16 hex digits of JSON-able content, whatever the order of its keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
