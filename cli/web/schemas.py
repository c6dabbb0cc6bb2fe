"""The shape of answers for the OpenAPI description, derived from the library's own types.

Nothing is checked by them at run time: an answer leaves as the library made it. Tests hold them.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

from kg.impressions.stats import Stats
from kg.live.products import DeleteSummary, PutSummary
from kg.live.users import ForgetSummary
from kg.recommend.product import Product
from kg.recommend.profile import Profile
from kg.recommend.types import Intent, Result
from kg.recommend.what_if import WhatIf
from kg.recommend.why import Explanation
from kg.rules.types import Rule

EXACT = ConfigDict(extra="forbid")

LEFT_OUT: dict[type, set[str]] = {Intent: {"words", "embedding"}, Result: {"whole"}}
"""Fields that answers do not have."""


@cache
def model_of(kind: type) -> type[BaseModel]:
    """The model of a dataclass as it is answered: every field is there, and no other."""
    hints = get_type_hints(kind, localns={"Whole": object})
    given: dict[str, Any] = {
        each.name: (_answered(hints[each.name]), ...)
        for each in fields(kind)
        if each.name not in LEFT_OUT.get(kind, ())
    }
    return create_model(kind.__name__, __config__=EXACT, __doc__=kind.__doc__, **given)


def _answered(hint: Any) -> Any:
    """A type as JSON has it: tuples are lists, dataclasses their models."""
    if is_dataclass(hint) and isinstance(hint, type):
        return model_of(hint)
    origin, inside = get_origin(hint), get_args(hint)
    if origin is tuple:
        return list[_answered(inside[0])]  # type: ignore[misc]
    if origin in (dict, Mapping):
        return dict[str, _answered(inside[1])]  # type: ignore[misc]
    if origin in (Union, UnionType):
        return Union[tuple(map(_answered, inside))]  # noqa: UP007 - of as many as there are
    return hint


def _rule() -> type[BaseModel]:
    """A rule with how it stands; what the library calls `since` is `from`."""
    plain = model_of(Rule).model_fields
    given: dict[str, Any] = {
        name: (each.annotation, Field(alias="from") if name == "since" else ...)
        for name, each in plain.items()
    }
    return create_model("Rule", __config__=EXACT, **given, state=(str, ...))


class Alive(BaseModel):
    """The process is there."""

    model_config = EXACT

    alive: bool


class Ready(BaseModel):
    """Each part by name: `ready`, or why it is not, where keys are asked for `not ready`."""

    model_config = EXACT

    ready: bool
    parts: dict[str, str]
    copy_age_s: float = Field(default=0.0, description="Only with a copy in memory.")
    events_waiting: int = Field(default=0, description="Only where events may wait.")
    events_refused: int = Field(
        default=0, description="Events that waited and were refused then: kgrec events refused."
    )


class Created(BaseModel):
    """Whether it was new."""

    model_config = EXACT

    created: bool


class Users(BaseModel):
    """Ids of users, in order."""

    model_config = EXACT

    users: list[str]


class Rejected(BaseModel):
    """An event that was left out: its place in the batch, its id if it has one, and why."""

    model_config = EXACT

    index: int
    event_id: str | None
    code: str
    reason: str


class Taken(BaseModel):
    """What became of each event of a batch."""

    model_config = EXACT

    created: int
    changed: int
    unchanged: int
    rejected: list[Rejected]


class Kept(Taken):
    """What became of each event of a batch; those `kept` wait for Neo4j."""

    kept: int


ANSWER = model_of(Result)
PRODUCT = model_of(Product)
PUT = model_of(PutSummary)
DELETED = model_of(DeleteSummary)
FORGOTTEN = model_of(ForgetSummary)
PROFILE = model_of(Profile)
EXPLANATION = model_of(Explanation)
WHAT_IF = model_of(WhatIf)
STATS = model_of(Stats)
RULE = _rule()
RULES = create_model("Rules", __config__=EXACT, rules=(list[RULE], ...))  # type: ignore[valid-type]

WRONG_FIELD = {
    "type": "object",
    "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
    "required": ["pointer", "detail"],
    "additionalProperties": False,
}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A problem (RFC 9457).",
    "properties": {
        **{name: {"type": "string"} for name in ("type", "title", "detail", "instance")},
        "status": {"type": "integer"},
        "request_id": {"type": ["string", "null"]},
        "errors": {"type": "array", "items": WRONG_FIELD},
    },
    "required": ["type", "title", "status", "detail", "instance", "request_id"],
    "additionalProperties": False,
}
