"""Read prices as shops write them into minor units of one currency.

`1,234` is a thousand and `1.234` is not: a comma before exactly three digits parts thousands, a
lone point is a decimal point. With both signs, the last one is the decimal sign.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import polars as pl

from kg.money import decimals

_SIGNS = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"),
    "US$": ("USD",),
    "R$": ("BRL",),
    "€": ("EUR",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "₹": ("INR",),
    "₽": ("RUB",),
    "₩": ("KRW",),
    "₺": ("TRY",),
    "zł": ("PLN",),
    "kč": ("CZK",),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "kr.": ("DKK", "SEK", "NOK"),
    "fr.": ("CHF",),
}
_PRICE = re.compile(
    r"(?P<before>[^\d\s.,'’+-]*\.?)\s*(?:(?P<minus>-)\s*)?(?P<digits>(?:\d[\d.,'’\s]*)?\d)"
    r"(?P<less>[.,][-–—]+)?\s*(?P<after>[^\d\s]*)"
)
_PLAIN = r"^\s*[0-9]{1,12}(\.[0-9]+)?\s*$"
"""ASCII digits alone: those of other scripts are read one by one."""
HIGHEST = 10**15


@dataclass(frozen=True)
class Price:
    """An amount in major units, and the currencies that its sign may mean (none: no sign)."""

    amount: Decimal
    currencies: tuple[str, ...] = ()


def read_price(text: str) -> Price | None:
    """The price that a text states, or None where it states none."""
    match = _PRICE.fullmatch(text.strip())
    if match is None or (match["before"] and match["after"]):
        return None
    sign = (match["before"] or match["after"]).strip()
    currencies = _currencies(sign) if sign else ()
    amount = _amount(re.sub(r"['’\s]", "", match["digits"]))
    if amount is None or currencies is None:
        return None
    return Price(-amount if match["minus"] else amount, currencies)


def _currencies(sign: str) -> tuple[str, ...] | None:
    if re.fullmatch(r"[A-Za-z]{3}", sign):
        return (sign.upper(),)
    return _SIGNS.get(sign) or _SIGNS.get(sign.lower())


def _amount(digits: str) -> Decimal | None:
    """The number in digits with points and commas."""
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return Decimal(digits)
    sign, others = digits[last], digits[:last]
    tail = len(digits) - last - 1
    thousands = sign in others or (sign == "," and tail == 3 and "." not in others)
    whole = digits if thousands else others
    groups = re.split(r"[.,]", whole)
    if len(groups) > 1 and not all(len(group) == 3 for group in groups[1:]):
        return None
    return Decimal("".join(groups) + ("" if thousands else "." + digits[last + 1 :]))


def minor_units(amount: Decimal, currency: str | None) -> int:
    """Cents of an amount, or whatever the currency's smallest unit is."""
    places = decimals(currency)
    return int((amount * 10**places).to_integral_value(ROUND_HALF_UP))


def price_columns(texts: pl.Series, currency: str | None) -> tuple[pl.Series, pl.Series]:
    """(minor units or null, "is it in another currency") [n] of each price."""
    plain = texts.str.contains(_PLAIN).fill_null(value=False)
    places = decimals(currency)
    fast = texts.set(~plain, None).str.strip_chars().cast(pl.Float64)
    minor = (fast * 10**places + 1e-6).round().cast(pl.Int64)
    odd = texts.filter(~plain & texts.is_not_null()).unique()
    read = [read_price(text) for text in odd]
    foreign = [price is not None and not _is_in(price, currency) for price in read]
    values = [_minor_or_none(price, currency) for price in read]
    found = texts.replace_strict(odd, pl.Series(values, dtype=pl.Int64), default=None)
    other = texts.replace_strict(odd, pl.Series(foreign, dtype=pl.Boolean), default=False)
    return minor.fill_null(found), other


def _is_in(price: Price, currency: str | None) -> bool:
    return not price.currencies or currency in price.currencies


def _minor_or_none(price: Price | None, currency: str | None) -> int | None:
    if price is None or not 0 <= price.amount <= HIGHEST:
        return None
    return minor_units(price.amount, currency)


def signs(texts: pl.Series) -> pl.Series:
    """The currency [n] that each price's sign most likely means, null where it has none."""
    odd = texts.filter(~texts.str.contains(_PLAIN)).unique()
    read = [read_price(text) for text in odd]
    likely = [price.currencies[0] if price and price.currencies else None for price in read]
    return texts.replace_strict(odd, pl.Series(likely, dtype=pl.String), default=None)
