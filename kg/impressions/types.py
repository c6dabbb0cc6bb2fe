"""An impression or a click of a recommendation, and what became of a batch of them."""

from dataclasses import dataclass

from kg.live.events import RejectedEvent

TYPES = ("impression", "click")


@dataclass(frozen=True)
class Impression:
    """A product that a user was shown (`impression`) or followed (`click`), at a Unix time.

    `request_id` is that of the answer it came from, `rank` its place there.
    """

    event_id: str
    type: str
    user_id: str
    product_id: str
    at: int
    request_id: str | None = None
    rank: int | None = None


@dataclass(frozen=True)
class ImpressionsSummary:
    """What became of a batch: `unchanged` were known already."""

    created: int
    unchanged: int
    rejected: tuple[RejectedEvent, ...] = ()
