"""Rows of a users table into canonical users."""

from collections.abc import Iterable, Iterator

import polars as pl

from kg.catalog import SCHEMAS, Rejects
from kg.sources.checks import Check, sift
from kg.sources.products import LONGEST_KEY
from kg.sources.texts import ids

_CHECKS = (
    Check("no_user", pl.col("user_id").is_null(), "no user id"),
    Check("too_long", pl.col("user_id").str.len_bytes() > LONGEST_KEY, "{value}", "user_id"),
)


def clean_users(
    frames: Iterable[pl.DataFrame], file: str, rejects: Rejects
) -> Iterator[pl.DataFrame]:
    """Yield canonical users [m <= n] of frames of text [n]; the rest goes to `rejects`."""
    for frame in frames:
        users = frame.with_columns(ids(frame["user_id"]))
        yield sift(users, _CHECKS, file, rejects).select(SCHEMAS["users"].names())
