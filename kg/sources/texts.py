"""Clean columns of text at once; only the odd values are touched one by one."""

import polars as pl

from kg.ids import clean_text

_ODD = r"[&<]|[^\S ]|  |[\x00-\x1f\x7f\x{FEFF}\x{FFFE}\x{FFFF}]"
_CONTROL = r"[\x00-\x1f\x7f]"


def clean_column(texts: pl.Series, tags: bool = False) -> pl.Series:
    """`kg.ids.clean_text` of every text [n]; null where nothing is left."""
    stripped = texts.str.strip_chars()
    odd = stripped.filter(stripped.str.contains(_ODD)).unique()
    if len(odd):
        cleaned = [clean_text(text, tags) for text in odd]
        stripped = stripped.replace(odd, pl.Series(cleaned, dtype=pl.String))
    return stripped.set(stripped == "", None)


def id_text(column: str) -> pl.Expr:
    """An id as given, but for control characters and the blanks around it; null where empty."""
    return null_if_blank(pl.col(column).str.replace_all(_CONTROL, ""))


def null_if_blank(text: pl.Expr) -> pl.Expr:
    """The text without the blanks around it; null where nothing is left."""
    bare = text.str.strip_chars()
    return pl.when(bare != "").then(bare)


def squeezed_text(column: str) -> pl.Expr:
    """A text without case, blanks and signs, as `kg.sources.columns.squeezed`."""
    return pl.col(column).str.to_lowercase().str.replace_all(r"[^a-z0-9]", "")


def number(column: str) -> pl.Expr:
    """A finite number written with a point or, alone, a comma; null for anything else."""
    text = pl.col(column).str.strip_chars()
    parsed = text.cast(pl.Float64, strict=False).fill_null(
        text.str.replace(r"^([+-]?\d+),(\d+)$", "$1.$2").cast(pl.Float64, strict=False)
    )
    return pl.when(parsed.is_finite()).then(parsed)


def whole_number(column: str) -> pl.Expr:
    """A whole number, `3` or `3.0`; null for anything else."""
    exact = pl.col(column).str.strip_chars().cast(pl.Int64, strict=False)
    parsed = number(column)
    safe = (parsed == parsed.round()) & (parsed.abs() < 2**53)
    return exact.fill_null(pl.when(safe).then(parsed).cast(pl.Int64, strict=False))


def given(column: str) -> pl.Expr:
    """Is there anything in this column that means a value: not blank, NaN, null, none, n/a."""
    text = pl.col(column).str.strip_chars().str.to_lowercase()
    return text.is_not_null() & ~text.is_in(["", "nan", "null", "none", "n/a", "na", "-", "\\n"])
