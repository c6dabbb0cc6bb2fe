"""Read price limits out of a search text: "under $10", "between 5 and 10 dollars", "10 € or more".

A number counts as a price where its currency is named, or where a limit stands before it and
nothing says that it is an amount of something else ("under 5 minutes", "women over 50").
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

_SIGN = r"[$€£¥₹]"
_MONEY = rf"(?:{_SIGN}|(?:usd|eur|gbp|euros?|dollars?|bucks|pounds?)\b)"
_NUMBER = r"\d+(?:[.,]\d+)*"


def _amount(name: str) -> str:
    before = rf"(?:(?P<{name}_sign>{_SIGN})\s*)?"
    after = rf"(?:\s*(?P<{name}_word>{_MONEY}))?(?![\w%]|[.,]\d)"
    return rf"{before}(?P<{name}>{_NUMBER}){after}"


_LEAD = r"(?:\b(?:for|priced|price|prices|costing|costs?)\s+)?"
_ABOUT = frozenset({"about", "around", "approximately", "roughly", "~"})
_OTHER = re.compile(
    r"(?:adults?|aged?|ages|anyone|babies|boys|child|children|girls|kids|man|men|people|skin|spf"
    r"|teens|those|toddlers|woman|women)$"
)
_UNITS = re.compile(
    r"\s*-?(?:%|(?:cm|mm|m|km|inch|inches|in|ft|feet|yards?|ml|cl|l|liters?|litres?|oz|fl|ounces?|g"
    r"|kg|mg|lbs?|grams?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|yrs?|seconds?|w"
    r"|watts?|v|volts?|mah|gb|tb|mb|hz|ghz|degrees?|pieces?|pcs?|packs?|counts?|ct|spf|upf|people"
    r"|persons?|calories|steps|pages)\b)",
    re.IGNORECASE,
)
_MOST = Decimal(2**53)
LONGEST = 500
"""Characters that are looked at: a person's search is shorter, and the effort grows with the square
of their number."""
_ENDS = re.compile(r"\s*(?:[,;.!?]|$|(?:and|but|by|except|from|in|no|not|under|with|without)\b)")


@dataclass(frozen=True)
class Limits:
    """Price limits in minor units, both inclusive, and the text without them."""

    text: str
    min_price_minor: int | None = None
    max_price_minor: int | None = None


@dataclass(frozen=True)
class Form:
    """A way to say a limit. With `money`, a number is a price only where a currency is named."""

    pattern: re.Pattern[str]
    limit: Callable[["Limits", list[int]], "Limits"]
    money: bool = False
    ends: bool = False


def price_limits(text: str, decimals: int = 2) -> Limits:
    """The limits that `text` names and what is left of it.

    "under" and "over" exclude the amount itself; an amount of money alone is the most to be paid.
    `decimals` is how many digits the currency's minor unit has.
    """
    words = " ".join(text.split())
    head = words if len(words) <= LONGEST else words[:LONGEST].rpartition(" ")[0]
    limits = Limits(head)
    for form in FORMS:
        limits = _taken(limits, form, decimals)
    return replace(limits, text=" ".join([*limits.text.split(), *words[len(head) :].split()]))


def _taken(limits: Limits, form: Form, decimals: int) -> Limits:
    start = 0
    while match := form.pattern.search(limits.text, start):
        start = match.end()
        if _is_price(match, form):
            amounts = [_minor(match[name], decimals) for name in _names(match)]
            text = f"{match.string[: match.start()]} {match.string[match.end() :]}"
            limits, start = form.limit(replace(limits, text=text), amounts), match.start()
    return limits


def _names(match: re.Match[str]) -> list[str]:
    return [name for name in "ab" if name in match.groupdict()]


def _is_price(match: re.Match[str], form: Form) -> bool:
    before = "".join(match.string[: match.start()].lower().split()[-1:])
    if any(match[f"{name}_{part}"] for name in _names(match) for part in ("sign", "word")):
        return before not in _ABOUT
    if form.money or _OTHER.match(before) or _UNITS.match(match.string, match.end()):
        return False
    return not form.ends or bool(_ENDS.match(match.string, match.end()))


def _minor(number: str, decimals: int) -> int:
    """1,299.50 and 1.299,50 and 9,99 and 10, as written, in minor units."""
    tail = re.search(r"[.,](\d{1,2})$", number)
    whole = number[: tail.start()] if tail else number
    digits = re.sub(r"[.,]", "", whole) + (f".{tail[1]}" if tail else "")
    return int(min(Decimal(digits) * 10**decimals, _MOST).to_integral_value())


def _lower(limits: Limits, amount: int) -> Limits:
    known = limits.min_price_minor
    return replace(limits, min_price_minor=amount if known is None else max(known, amount))


def _upper(limits: Limits, amount: int) -> Limits:
    known = limits.max_price_minor
    return replace(limits, max_price_minor=amount if known is None else min(known, amount))


def _at_least(limits: Limits, amounts: list[int]) -> Limits:
    return _lower(limits, amounts[0])


def _over(limits: Limits, amounts: list[int]) -> Limits:
    return _lower(limits, amounts[0] + 1)


def _at_most(limits: Limits, amounts: list[int]) -> Limits:
    return _upper(limits, amounts[0])


def _under(limits: Limits, amounts: list[int]) -> Limits:
    return _upper(limits, max(amounts[0] - 1, 0))


def _between(limits: Limits, amounts: list[int]) -> Limits:
    return _upper(_lower(limits, min(amounts)), max(amounts))


def _said(pattern: str) -> re.Pattern[str]:
    return re.compile(_LEAD + pattern, re.IGNORECASE)


_A, _B = _amount("a"), _amount("b")
_ALONE = r"(?<![\w.,-])"
FORMS = (
    Form(_said(rf"\bbetween\s+{_A}\s+(?:and|to|-)\s+{_B}"), _between),
    Form(_said(rf"(?:\bfrom\s+)?{_ALONE}{_A}\s*(?:to|-|–)\s*{_B}"), _between, money=True),
    Form(_said(rf"{_ALONE}{_A}\s*(?:or|and)\s+(?:less|under|below)\b"), _at_most, money=True),
    Form(_said(rf"{_ALONE}{_A}\s*(?:(?:or|and)\s+(?:more|over|up)\b|\+)"), _at_least, money=True),
    Form(_said(rf"\b(?:not?\s+more\s+than|up\s+to|at\s+most|max(?:imum)?)\s+{_A}"), _at_most),
    Form(_said(rf"<=\s*{_A}"), _at_most),
    Form(_said(rf"\b(?:not?\s+less\s+than|at\s+least|min(?:imum)?)\s+{_A}"), _at_least, ends=True),
    Form(_said(rf">=\s*{_A}"), _at_least),
    Form(_said(rf"(?:\b(?:under|below|(?:less|cheaper|lower)\s+than)\s+|<\s*){_A}"), _under),
    Form(_said(rf"(?:\b(?:over|above|(?:more|higher)\s+than)\s+|>\s*){_A}"), _over, ends=True),
    Form(_said(rf"\b(?:from|starting\s+at)\s+{_A}"), _at_least, money=True),
    Form(_said(rf"{_ALONE}{_A}"), _at_most, money=True),
)
"""In this order: the longer form first, so that "between 5 and 10 dollars" is one limit."""
