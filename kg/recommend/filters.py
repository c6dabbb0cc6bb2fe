"""What every result must satisfy: options as people type them, and what a query rules out."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields

from kg.recommend.asked import Asked
from kg.recommend.lookup import lookup
from kg.recommend.served import Served
from kg.recommend.types import Intent
from kg.stock import LEFT_OUT


@dataclass(frozen=True)
class Filter:
    """Limits in minor units, inclusive, and ids; categories come with all their descendants."""

    min_price: int | None = None
    max_price: int | None = None
    in_stock: bool = False
    brand_ids: tuple[str, ...] | None = None
    category_ids: tuple[str, ...] | None = None
    excluded_brand_ids: tuple[str, ...] = ()
    excluded_category_ids: tuple[str, ...] = ()

    @property
    def trivial(self) -> bool:
        """Nothing is refused."""
        return self == Filter()

    @property
    def structural(self) -> bool:
        """Names brands or categories, which a vector index cannot search within."""
        return self.brand_ids is not None or self.category_ids is not None

    @property
    def priced(self) -> bool:
        """Has a limit on the price."""
        return self.min_price is not None or self.max_price is not None

    def params(self, left_out: Iterable[str] = ()) -> dict[str, object]:
        """The `$filter` of the reads; `left_out` are products that are no answer anyway."""
        plain = {each.name: _plain(getattr(self, each.name)) for each in fields(self)}
        return {**plain, "excluded_product_ids": sorted(left_out)}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def narrow(served: Served, asked: Sequence[Asked], intents: Sequence[Intent]) -> list[Filter]:
    """The filters of requests [n].

    Raises NotFound for a name that the graph does not have, OptionError for an ambiguous one.
    """
    ids = {_typed(each): _ids(served, *_typed(each)) for each in asked}
    served.subtrees(_categories(ids.values(), intents))  # all in one query
    return [
        _filter(served, each, ids[_typed(each)], intent)
        for each, intent in zip(asked, intents, strict=True)
    ]


@dataclass(frozen=True)
class _Ids:
    brands: tuple[str, ...]
    categories: tuple[str, ...]


def _typed(asked: Asked) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(asked.request.filters.brands), tuple(asked.request.filters.categories)


def _ids(served: Served, brands: Sequence[str], categories: Sequence[str]) -> _Ids:
    def found(label: str, texts: Sequence[str]) -> tuple[str, ...]:
        return tuple(lookup(served.graph, label, text, served.meta.language) for text in texts)

    return _Ids(found("Brand", brands), found("Category", categories))


def _categories(options: Iterable[_Ids], intents: Iterable[Intent]) -> list[str]:
    excluded = [each for intent in intents for each in intent.excluded if each.label == "Category"]
    return [each for ids in options for each in ids.categories] + [each.id for each in excluded]


def _filter(served: Served, asked: Asked, ids: _Ids, intent: Intent) -> Filter:
    filters = asked.request.filters
    excluded = {
        label: [each.id for each in intent.excluded if each.label == label]
        for label in ("Brand", "Category")
    }
    return Filter(
        min_price=_tighter(max, filters.min_price_minor, intent.min_price_minor),
        max_price=_tighter(min, filters.max_price_minor, intent.max_price_minor),
        in_stock=filters.in_stock or asked.out_of_stock == LEFT_OUT,
        brand_ids=ids.brands or None,
        category_ids=served.subtrees(ids.categories) if ids.categories else None,
        excluded_brand_ids=tuple(sorted(excluded["Brand"])),
        excluded_category_ids=served.subtrees(excluded["Category"]),
    )


def _tighter(pick: Callable[[list[int]], int], *limits: int | None) -> int | None:
    given = [limit for limit in limits if limit is not None]
    return pick(given) if given else None
