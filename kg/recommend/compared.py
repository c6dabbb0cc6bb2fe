"""Compare a product of a list with the one after it: one reference for all that speaks for it."""

from collections.abc import Mapping

from kg.recommend.asked import Asked
from kg.recommend.types import Difference
from kg.recommend.wording import in_words

NOISE = 1e-12
"""A smaller difference is that of rounding."""

Leads = Mapping[str, float]
"""What a product got more than the one after it, by term and rule."""


def differences(asked: Asked, found: Leads) -> tuple[Difference, ...]:
    """The leads in words, what speaks most for the product first."""
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(
        Difference(term, by, in_words(asked, term, by)) for term, by in ordered if abs(by) > NOISE
    )
