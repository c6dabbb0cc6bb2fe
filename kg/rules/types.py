"""What a rule is, and which can be."""

import math
import re
from dataclasses import dataclass

from kg.errors import OptionError

PROMOTION = "promotion"
KINDS = ("boost", "bury", "pin", "hide", PROMOTION)

WEIGHT = 0.5
"""What a boost or bury weighs that does not say."""

MOST_WEIGHT = 10.0
LAST_POSITION = 200
LONGEST_NOTE = 500
LONGEST_ID = 64

_ID = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{LONGEST_ID - 1}}}")


@dataclass(frozen=True)
class Target:
    """A product, brand or category that a rule applies to, by label, id and name."""

    label: str
    id: str
    name: str


@dataclass(frozen=True)
class Rule:
    """A rule of the shop; times in seconds since 1970, money in minor units.

    It holds from `since` (`from` in the graph) until `until`, exclusive, or for good. A boost or
    bury moves what it applies to by `weight` times the distance between a list's best and worst
    candidate, a pin puts its product at `position`, counted from 1. A promotion takes `discount`
    percent off; it holds while `spent`, what that took off purchases so far, is below `budget`.
    """

    rule_id: str
    kind: str
    since: int
    until: int | None = None
    weight: float | None = None
    position: int | None = None
    discount: float | None = None
    budget: int | None = None
    spent: int | None = None
    note: str | None = None
    created_at: int = 0
    targets: tuple[Target, ...] = ()

    @property
    def name(self) -> str:
        """What contributions and `moved_by` call it."""
        return f"{PROMOTION if self.kind == PROMOTION else 'rule'}:{self.rule_id}"

    def holds(self, now: int) -> bool:
        """Does it hold at a moment, and is there money left of its budget?"""
        ended = self.until is not None and self.until <= now
        return self.since <= now and not ended and not self.is_spent

    def state(self, now: int) -> str:
        """How it stands: to come, holds, spent or over."""
        if self.until is not None and self.until <= now:
            return "over"
        if self.since > now:
            return "to come"
        return "spent" if self.is_spent else "holds"

    @property
    def is_spent(self) -> bool:
        """Is its budget used up?"""
        return self.budget is not None and (self.spent or 0) >= self.budget


@dataclass(frozen=True)
class NewRule:
    """A rule to be put up. Brands and categories by id, path or name as people type them.

    Without `since` it holds from now on; without `rule_id` it is given one.
    """

    kind: str
    products: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    since: int | None = None
    until: int | None = None
    weight: float | None = None
    position: int | None = None
    discount: float | None = None
    budget: int | None = None
    note: str | None = None
    rule_id: str | None = None


def check(new: NewRule, now: int) -> None:
    """Raise OptionError with what is wrong with a rule that is put up at a moment."""
    if new.kind not in KINDS:
        raise OptionError(f"no kind of rule {new.kind!r}; there are {', '.join(KINDS)}")
    if new.rule_id is not None and not _ID.fullmatch(new.rule_id):
        raise OptionError("a rule's id has letters, digits, '.', '_' and '-', 64 at most")
    if new.note is not None and (len(new.note) > LONGEST_NOTE or "\0" in new.note):
        raise OptionError(f"a note has {LONGEST_NOTE} characters at most, and no NUL")
    if not (new.products or new.brands or new.categories):
        raise OptionError("a rule needs what it applies to: a product, a brand or a category")
    if new.until is not None and new.until <= max(now, new.since or now):
        raise OptionError("a rule has to end after it begins, and not before now")
    _check_numbers(new)


def _check_numbers(new: NewRule) -> None:
    """Each number only where it means something, and within what makes sense."""
    for name, kinds in _WHERE.items():
        if getattr(new, name) is not None and new.kind not in kinds:
            raise OptionError(f"{name} is for {' and '.join(kinds)}, not for {new.kind}")
    if new.kind == "pin":
        _check_pin(new)
    if new.weight is not None and not 0 < new.weight <= MOST_WEIGHT:
        raise OptionError(f"a weight is above 0 and at most {MOST_WEIGHT:g}, not {new.weight}")
    if new.discount is not None and not (math.isfinite(new.discount) and 0 < new.discount <= 100):
        raise OptionError(f"a discount is a percentage up to 100, not {new.discount}")
    if new.budget is not None and (new.budget < 1 or new.discount is None):
        raise OptionError("a budget is money for a discount: give both, the budget above 0")


_WHERE = {
    "weight": ("boost", "bury"),
    "position": ("pin",),
    "discount": (PROMOTION,),
    "budget": (PROMOTION,),
}
"""The kinds that a number is for."""


def _check_pin(new: NewRule) -> None:
    if len(new.products) != 1 or new.brands or new.categories:
        raise OptionError("a pin takes one product")
    if new.position is None or not 1 <= new.position <= LAST_POSITION:
        raise OptionError(f"a pin needs a position from 1 to {LAST_POSITION}")
