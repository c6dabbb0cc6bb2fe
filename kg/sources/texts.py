"""Clean and read columns of text at once; only the odd values are touched one by one.

Each function takes a series of text [n] and returns a series [n].
"""

from collections.abc import Iterable

import polars as pl

from kg.ids import clean_text

_ODD = r"[&<]|[^\S ]|  |[\x00-\x1f\x7f\x{FEFF}\x{FFFE}\x{FFFF}]"
_CONTROL = r"[\x00-\x1f\x7f]"
_NOTHING = ("", "nan", "null", "none", "n/a", "na", "-", "\\n")
_EXACT = 2**53


def clean_column(texts: pl.Series, tags: bool = False) -> pl.Series:
    """`kg.ids.clean_text` of every text; null where nothing is left."""
    stripped = texts.str.strip_chars()
    odd = stripped.filter(stripped.str.contains(_ODD)).unique()
    if len(odd):
        cleaned = [clean_text(text, tags) for text in odd]
        stripped = stripped.replace(odd, pl.Series(cleaned, dtype=pl.String))
    return blank_to_null(stripped)


def ids(texts: pl.Series) -> pl.Series:
    """Ids as given, but for control characters and the blanks around them; null where empty."""
    if texts.str.contains(_CONTROL).any():
        texts = texts.str.replace_all(_CONTROL, "")
    return blank_to_null(texts.str.strip_chars())


def blank_to_null(texts: pl.Series) -> pl.Series:
    """The texts, null where empty."""
    return texts.set(texts == "", None)


def meant(texts: pl.Series) -> pl.Series:
    """The texts, null where they say in words that there is no value: NaN, null, none, n/a, -."""
    bare = texts.str.strip_chars().str.to_lowercase()
    return texts.set(bare.is_in(_NOTHING), None)


def with_meant(frame: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """The frame with what these columns say, as `COLUMN_text`."""
    return frame.with_columns(meant(frame[column]).alias(f"{column}_text") for column in columns)


def squeezed_column(texts: pl.Series) -> pl.Series:
    """Texts without case, blanks and signs, as `kg.sources.columns.squeezed`."""
    return texts.str.to_lowercase().str.replace_all(r"[^a-z0-9]", "")


def numbers(texts: pl.Series) -> pl.Series:
    """Finite numbers written with a point or, alone, a comma; null for anything else."""
    bare = texts.str.strip_chars()
    parsed = bare.cast(pl.Float64, strict=False)
    if parsed.null_count() > bare.null_count():
        pointed = bare.str.replace(r"^([+-]?[0-9]+),([0-9]+)$", "$1.$2")
        parsed = parsed.fill_null(pointed.cast(pl.Float64, strict=False))
    return parsed.set(~parsed.is_finite(), None)


def whole_numbers(texts: pl.Series) -> pl.Series:
    """Whole numbers, `3` or `3.0`; null for anything else."""
    exact = texts.str.strip_chars().cast(pl.Int64, strict=False)
    if exact.null_count() == texts.null_count():
        return exact
    parsed = numbers(texts)
    safe = (parsed == parsed.round()) & (parsed.abs() < _EXACT)
    return exact.fill_null(parsed.set(~safe, None).cast(pl.Int64))


def floored(texts: pl.Series) -> pl.Series:
    """The whole part of numbers such as `1735689600.25`; null for anything else."""
    exact = texts.str.strip_chars().cast(pl.Int64, strict=False)
    if exact.null_count() == texts.null_count():
        return exact
    parsed = numbers(texts)
    return exact.fill_null(parsed.set(parsed.abs() >= _EXACT, None).floor().cast(pl.Int64))
