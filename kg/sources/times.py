"""Read moments: seconds, milliseconds or finer since 1970, ISO dates, days and months as written.

A time without a zone is taken as UTC.
"""

import polars as pl

from kg.sources.texts import floored

_FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%d-%m-%Y",
    "%Y%m%d",
    "%d %b %Y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%m %d, %Y",
)
_MONTH_FIRST = (
    "%m/%d/%y %H:%M",
    "%m/%d/%y",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
)
_DAY_FIRST = tuple(f.replace("%m/%d", "%d/%m") for f in _MONTH_FIRST)
_ZONE = r"(Z|[+-][0-9]{2}:?[0-9]{2}|UTC| UTC| ?[+-][0-9]{2})$"
_SHORT_DATE = r"^([0-9]{1,2})/([0-9]{1,2})/[0-9]"
_MONTHS = 12
_EARLIEST = -2_208_988_800
"""1900: what is written as older is how some systems write that they know no time."""


def times(texts: pl.Series, day_first: bool = False) -> pl.Series:
    """Seconds since 1970 [n], null where a text is no time. `day_first` is for 3/4/2025."""
    parsed = _since_1970(floored(texts))
    if parsed.null_count() == texts.null_count():
        return parsed
    left = texts.filter(parsed.is_null() & texts.is_not_null()).unique()
    found = _written(left, _FORMATS + (_DAY_FIRST if day_first else _MONTH_FIRST))
    read = texts.replace_strict(left, found, default=None, return_dtype=pl.Int64)
    return parsed.fill_null(read)


def days_come_first(texts: pl.Series) -> bool | None:
    """Do dates such as 31/12/2025 show that the day leads? None where they do not show it."""
    parts = texts.str.strip_chars().str.extract_groups(_SHORT_DATE).struct
    first, second = (parts.field(name).cast(pl.Int64) for name in ("1", "2"))
    days, months = int((first > _MONTHS).sum()), int((second > _MONTHS).sum())
    return None if days == months else days > months


def short_date(texts: pl.Series) -> str | None:
    """The first date such as 3/4/2025, if there is one."""
    bare = texts.str.strip_chars()
    found = bare.filter(bare.str.contains(_SHORT_DATE)).head(1)
    return str(found[0]) if len(found) else None


def _since_1970(numbers: pl.Series) -> pl.Series:
    """Seconds, whatever power of a thousand a number is in; null for 20250131, which is a day."""
    at = pl.col("at")
    scaled = (
        pl.when(at < 0)
        .then(None)
        .when(at.is_between(19_000_101, 21_001_231))
        .then(None)
        .when(at < 10**11)
        .then(at)
        .when(at < 10**14)
        .then(at // 10**3)
        .when(at < 10**17)
        .then(at // 10**6)
        .otherwise(at // 10**9)
    )
    return numbers.alias("at").to_frame().select(scaled).to_series()


def _written(texts: pl.Series, formats: tuple[str, ...]) -> pl.Series:
    """Seconds since 1970 of dates as people and databases write them [n]."""
    plain = texts.str.strip_chars().str.replace(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]+", "$1 ")
    clock = plain.str.contains(r"[0-9]:[0-9]{2}")
    zone = plain.str.extract(_ZONE).str.strip_chars().set(~clock, None)
    plain = plain.zip_with(zone.is_null(), plain.str.replace(_ZONE, ""))
    plain = plain.str.replace(r"(:[0-9]{2}:[0-9]{2})[.,][0-9]+\s*$", "$1").str.strip_chars()
    found = pl.Series([None] * len(texts), dtype=pl.Int64)
    for pattern in formats:
        if not found.has_nulls():
            break
        found = found.fill_null(plain.str.to_datetime(pattern, strict=False).dt.epoch("s"))
    found = found - _offset(zone).fill_null(0)
    return found.set(found < _EARLIEST, None)


def _offset(zones: pl.Series) -> pl.Series:
    """Seconds east of Greenwich [n]: `+02:00` is 7200, Z is 0."""
    parts = zones.str.extract_groups(r"^([+-])([0-9]{2}):?([0-9]{2})?$").struct
    hours = parts.field("2").cast(pl.Int64) * 3600
    seconds = hours + parts.field("3").cast(pl.Int64).fill_null(0) * 60
    west = (parts.field("1") == "-").fill_null(value=False)
    return (-seconds).zip_with(west, seconds)
