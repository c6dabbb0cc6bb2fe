"""What if: the list of a request before and after something is taken away, side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

from kg.errors import OptionError
from kg.recommend.types import Request, Result, Without


@dataclass(frozen=True)
class Move:
    """A product whose place differs; None where it is not in the list."""

    product_id: str
    title: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class WhatIf:
    """Both answers, and `moves`: what comes and what changes place in the order of the list after,
    then what goes."""

    before: Result
    after: Result
    moves: tuple[Move, ...]


Answer = Callable[[Sequence[Request]], list[Result]]


def what_if(answer: Answer, request: Request, without: Without) -> WhatIf:
    """Ask a request as it is and without something more. Raises OptionError for nothing."""
    if without == Without():
        raise OptionError("say what to do without: a purchase, a brand, a category or a rule")
    before, after = answer([request, replace(request, without=both(request.without, without))])
    return WhatIf(before, after, moves(before, after))


def both(one: Without, other: Without) -> Without:
    """Without either."""
    names = [field.name for field in fields(Without)]
    return Without(
        **{n: tuple(dict.fromkeys([*getattr(one, n), *getattr(other, n)])) for n in names}
    )


def moves(before: Result, after: Result) -> tuple[Move, ...]:
    """The products whose places differ."""
    first = {each.product_id: each for each in before.results}
    last = {each.product_id: each for each in after.results}
    found = [
        Move(
            id_,
            (last.get(id_) or first[id_]).title,
            first[id_].rank if id_ in first else None,
            last[id_].rank if id_ in last else None,
        )
        for id_ in dict.fromkeys([*last, *first])
    ]
    return tuple(each for each in found if each.before != each.after)
