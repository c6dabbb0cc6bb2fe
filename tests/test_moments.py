"""Moments as people read them."""

import pytest

from kg.moments import readable_moment


@pytest.mark.parametrize(
    ("at", "clock", "read"),
    [
        (1780185600, "time", "2026-05-31"),
        (1780216200, "time", "2026-05-31T08:30:00"),
        (1924992000, None, "2031-01-01"),
        (-86400, "time", "1969-12-31"),
        (5, "order", "5"),
        (10**17, "time", "100000000000000000"),
    ],
)
def test_a_moment_is_a_date_where_there_is_a_clock(at: int, clock: str | None, read: str) -> None:
    assert readable_moment(at, clock) == read
