"""Read what a query means: price limits, brands, categories, negations, and the text left over."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kg.language import tokens
from kg.recommend.lucene import for_any_word
from kg.recommend.names import Span, grams, spans
from kg.recommend.prices import Limits, price_limits
from kg.recommend.served import Served
from kg.recommend.types import Intent, Named

SAMPLE = 50
"""How many products found for a word tell whether it is a brand or an ordinary word."""

MOSTLY = 0.5


@dataclass(frozen=True)
class Read:
    """A query on the way to its intent: limits taken out, names found in its words."""

    limits: Limits
    words: tuple[str, ...]
    spans: tuple[Span, ...] = ()


def understand(served: Served, queries: Sequence[str | None]) -> list[Intent]:
    """The intents of queries [n], embedded. A query that is None or blank means nothing."""
    parts = [price_limits(query or "", served.meta.decimals) for query in queries]
    reads = _linked(served, [Read(limits, tuple(limits.text.split())) for limits in parts])
    intents = [intent_of(read, served.meta.language) for read in _without_ordinary(served, reads)]
    return _embedded(served, intents)


def intent_of(read: Read, language: str) -> Intent:
    """Put together what was found in a query."""
    kept = [span for span in read.spans if not span.excluded]
    text, words = _texts(read, language)
    return Intent(
        text=text,
        words=words,
        brands=_named(kept, "Brand"),
        categories=_named(kept, "Category"),
        min_price_minor=read.limits.min_price_minor,
        max_price_minor=read.limits.max_price_minor,
        excluded=tuple(each for span in read.spans if span.excluded for each in span.named),
    )


def _named(found: Sequence[Span], label: str) -> tuple[Named, ...]:
    named = [each for span in found for each in span.named if each.label == label]
    return tuple(dict.fromkeys(named))


def _texts(read: Read, language: str) -> tuple[str | None, str | None]:
    """What is to be embedded and what full text looks for: without and with the brands' names."""
    gone: set[int] = set()
    brands: set[int] = set()
    for span in read.spans:
        gone.update(range(span.start - span.cue, span.start))
        if span.excluded:
            gone.update(range(span.start, span.stop))
        elif span.label == "Brand":
            brands.update(range(span.start, span.stop))
    with_brands = " ".join(word for at, word in enumerate(read.words) if at not in gone)
    without = " ".join(word for at, word in enumerate(read.words) if at not in gone | brands)
    words = with_brands if _said(with_brands) else None
    left = _said(without) and tokens(without, language)  # more than stop words
    return (without if left else words), words


def _said(text: str) -> bool:
    return any(map(str.isalnum, text))


def _linked(served: Served, reads: Sequence[Read]) -> list[Read]:
    language = served.meta.language
    keys = {key for read in reads for key in grams(read.words, language).values()}
    names = _names(served, sorted(keys)) if keys else {}
    return [replace(read, spans=tuple(spans(read.words, names, language))) for read in reads]


def _names(served: Served, keys: list[str]) -> dict[str, list[Named]]:
    found: dict[str, list[Named]] = {}
    for row in served.graph.read("resolve/names", keys=keys):
        named = Named(row["label"], row["id"], row["name"])
        found.setdefault(row["key"], []).append(named)
    return found


def _without_ordinary(served: Served, reads: Sequence[Read]) -> list[Read]:
    """Drop brands of one word that are ordinary words of this shop, unless "by" names them."""
    doubted = {_word(read, span) for read in reads for span in read.spans if _in_doubt(span)}
    if not doubted:
        return list(reads)
    brands = served.brand_words.of(sorted(doubted), lambda words: _brands_of(served, words))

    def means_it(read: Read, span: Span) -> bool:
        return not _in_doubt(span) or not brands[_word(read, span)].isdisjoint(
            each.id for each in span.named
        )

    return [
        replace(read, spans=tuple(span for span in read.spans if means_it(read, span)))
        for read in reads
    ]


def _in_doubt(span: Span) -> bool:
    return span.label == "Brand" and span.stop - span.start == 1 and not span.sure


def _word(read: Read, span: Span) -> str:
    return read.words[span.start].lower()


def _brands_of(served: Served, words: list[str]) -> Mapping[str, frozenset[str]]:
    """For each word the brand, if any, that makes most of the products found for it."""
    asked = [{**for_any_word(word), "limit": SAMPLE} for word in words]
    rows = served.graph.read("resolve/text_products", requests=asked)
    facts = served.facts.of(sorted({row["product_id"] for row in rows}))
    brand = dict(zip(facts.ids, facts.brands, strict=True))
    made: dict[int, Counter[str]] = {}
    for row in rows:
        if made_by := brand[row["product_id"]]:
            made.setdefault(row["request"], Counter())[made_by] += 1
    return {word: _mostly(made.get(index, Counter())) for index, word in enumerate(words)}


def _mostly(made: Counter[str]) -> frozenset[str]:
    return frozenset(brand for brand, count in made.items() if count >= MOSTLY * made.total())


def _embedded(served: Served, intents: Sequence[Intent]) -> list[Intent]:
    """Texts become vectors; where no text is left the encoder is not even loaded."""
    texts = [intent.text for intent in intents if intent.text]
    if served.meta.dimension is None or not texts:
        return list(intents)
    distinct = list(dict.fromkeys(texts))
    vectors = dict(zip(distinct, served.encode(distinct), strict=True))
    return [
        replace(intent, embedding=vectors[intent.text]) if intent.text else intent
        for intent in intents
    ]
