"""Find the graph's own brands and categories in a search text, the longest names first."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kg.language import name_key, tokens
from kg.recommend.types import Named

LONGEST = 8
"""Words in the longest name that is looked for."""

MAX_WORDS = 64

_BY = re.compile(r"(?:^|\s)(?:made\s+by|by|from|brand)$", re.IGNORECASE)
_NOT = re.compile(
    r"(?:^|\s)(?:(?:any(?:thing)?|all|everything)\s+but|but\s+not|other\s+than|not|nor|no|non|without|except|excluding|minus)"
    r"(?P<by>\s+(?:made\s+by|by|from|brand))?(?:\s+(?:any|the|in|for|of))*$",
    re.IGNORECASE,
)
_AND = frozenset({"or", "and", "nor", "&", ","})


@dataclass(frozen=True)
class Span:
    """Words [start, stop) of a text that name a brand or category, with the `cue` words before.

    A name in several places of the category tree means all of them. `sure` where "by" says that a
    brand is meant.
    """

    start: int
    stop: int
    named: tuple[Named, ...]
    cue: int = 0
    excluded: bool = False
    sure: bool = False

    @property
    def label(self) -> str:
        """Brand or Category."""
        return self.named[0].label


def grams(words: Sequence[str], language: str) -> dict[tuple[int, int], str]:
    """The key of every stretch [start, stop) of `words` that could be a name."""
    found = {}
    for start in range(min(len(words), MAX_WORDS)):
        for stop in range(start + 1, min(start + LONGEST, len(words)) + 1):
            text = " ".join(words[start:stop])
            if tokens(text, language) and (key := name_key(text, language)):
                found[start, stop] = key
    return found


def spans(words: Sequence[str], names: Mapping[str, Sequence[Named]], language: str) -> list[Span]:
    """The names in `words`, in order, none inside another. `names` are the graph's, by key."""
    taken: list[Span] = []
    stretches = grams(words, language)
    for start, stop in sorted(stretches, key=lambda span: (span[0] - span[1], span[0])):
        free = all(stop <= span.start or start >= span.stop for span in taken)
        if free and (named := names.get(stretches[start, stop])):
            taken.append(_span(words, start, stop, named))
    return _continued(words, sorted(taken, key=lambda span: span.start))


def _span(words: Sequence[str], start: int, stop: int, named: Sequence[Named]) -> Span:
    before = " ".join(words[:start])
    excluded, by = _NOT.search(before), _BY.search(before)
    sure = bool(excluded["by"] if excluded else by)
    labels = ("Brand", "Category") if sure else ("Category", "Brand")
    label = next(label for label in labels if any(each.label == label for each in named))
    meant = tuple(each for each in named if each.label == label)
    cue = excluded or (by if label == "Brand" else None)
    length = len(cue[0].split()) if cue else 0
    return Span(start, stop, meant, length, bool(excluded), sure and label == "Brand")


def _continued(words: Sequence[str], found: Sequence[Span]) -> list[Span]:
    """ "not by A or B" excludes B as well."""
    out: list[Span] = []
    for span in found:
        before = out[-1] if out else None
        if before and before.excluded and span.label == before.label == "Brand":
            between = words[before.stop : span.start]
            listed = [words[before.stop - 1][-1:]] if not between else [" ".join(between).lower()]
            if _AND.issuperset(listed):
                span = replace(span, cue=len(between), excluded=True, sure=before.sure)
        out.append(span)
    return out
