"""Amounts of money: how many digits a currency's minor unit has, and how people read a price."""

from decimal import Decimal

HIGHEST = 10**12
"""Major units of the highest price that an option may name."""

_NO_CENTS = ("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF")
_THOUSANDTHS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_DECIMALS = dict.fromkeys(_NO_CENTS, 0) | dict.fromkeys(_THOUSANDTHS, 3)
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "INR": "₹"}


def decimals(currency: str | None) -> int:
    """Digits of the currency's minor unit: 2 for dollars and cents."""
    return _DECIMALS.get(currency or "", 2)


def readable(price_minor: int, currency: str | None) -> str:
    """A price for people: $8.90, 12.50 CHF."""
    places = decimals(currency)
    amount = f"{Decimal(price_minor).scaleb(-places):,.{places}f}"
    if sign := _SIGNS.get(currency or ""):
        return sign + amount
    return f"{amount} {currency}" if currency else amount


def typed(price_minor: int, currency: str | None) -> str:
    """A price as people type it into an option: 8.90."""
    places = decimals(currency)
    return f"{Decimal(price_minor).scaleb(-places):.{places}f}"
