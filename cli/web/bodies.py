"""What requests may say: their fields, their limits, and the library's types they become."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StrictFloat,
    StrictInt,
    Tag,
)

from cli.web.config import MAX_EVENTS, MAX_ID, MAX_K, MAX_NAMES, MAX_PROSE, MAX_TEXT
from kg.recommend.recipes import LARGEST_WEIGHT, RECIPES
from kg.recommend.types import Filters, Request, Without
from kg.rules.types import NewRule
from kg.sources.products import LONGEST_KEY

LARGEST = 2**53
"""What JSON can count to without loss."""


def _readable(text: str) -> str:
    """Raise ValueError for a text that no graph can hold."""
    if "\0" in text:
        raise ValueError("holds a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("holds half a character") from None
    return text


def _key(text: str) -> str:
    """Raise ValueError for a text that no key can be."""
    if len(_readable(text).encode()) > LONGEST_KEY:
        raise ValueError(f"is longer than {LONGEST_KEY} bytes")
    return text


Text = Annotated[str, Field(max_length=MAX_TEXT), AfterValidator(_readable)]
Id = Annotated[str, Field(min_length=1, max_length=MAX_ID), AfterValidator(_key)]
Names = Annotated[list[Text], Field(max_length=MAX_NAMES)]
Price = Annotated[int, Field(ge=0, le=LARGEST)]
Moment = Annotated[int, Field(ge=-LARGEST, le=LARGEST)]
Count = Annotated[int, Field(ge=1, le=MAX_K)]
Share = Annotated[float, Field(ge=0, le=1)]
Recipe = Annotated[Text, Field(json_schema_extra={"enum": [*RECIPES]})]
"""Of these, or 422: whether a recipe can be had depends on the graph and on the request."""
Weight = Annotated[float, Field(ge=-LARGEST_WEIGHT, le=LARGEST_WEIGHT, allow_inf_nan=False)]


def with_examples(*examples: dict[str, Any]) -> ConfigDict:
    """How bodies are read: no field that is not known, and with these examples in /docs."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": list(examples)})


class FiltersBody(BaseModel):
    """What every product of the list must satisfy."""

    model_config = ConfigDict(extra="forbid")

    categories: Names = []
    brands: Names = []
    min_price_minor: Price | None = None
    max_price_minor: Price | None = None
    in_stock: bool = False

    def filters(self) -> Filters:
        """As the recommender takes them."""
        return Filters(
            tuple(self.categories),
            tuple(self.brands),
            self.min_price_minor,
            self.max_price_minor,
            self.in_stock,
        )


class WithoutBody(BaseModel):
    """What a list is to be made without: products of the user's history and rules by id, brands and
    categories by id, path or name."""

    model_config = ConfigDict(extra="forbid")

    purchases: Names = []
    brands: Names = []
    categories: Names = []
    rules: Names = []

    def without(self) -> Without:
        """As the recommender takes it."""
        return Without(
            tuple(self.purchases), tuple(self.brands), tuple(self.categories), tuple(self.rules)
        )


class RecommendBody(BaseModel):
    """A user, a search text, a product, or several of these; without any, what is popular."""

    model_config = with_examples(
        {"user_id": "u00042", "k": 5},
        {
            "user_id": "u00042",
            "query": "red lipstick under $10 not by Acme",
            "filters": {"in_stock": True},
            "diversity": 0.3,
        },
    )

    user_id: Id | None = None
    query: Text | None = None
    product_id: Id | None = None
    k: Count = 10
    filters: FiltersBody = Field(default_factory=FiltersBody)
    include_bought: bool = False
    recipe: Recipe | None = None
    weights: Annotated[dict[Text, Weight], Field(max_length=MAX_NAMES)] = {}
    diversity: Share = 0.0
    until: Moment | None = None
    explain: bool = True
    without: WithoutBody = Field(default_factory=WithoutBody)

    def request(self) -> Request:
        """As the recommender takes it."""
        plain = {name: getattr(self, name) for name in RecommendBody.model_fields}
        nested = {"filters": self.filters.filters(), "without": self.without.without()}
        return Request(**{**plain, **nested})


class ExplainBody(BaseModel):
    """A product, and the request in whose answer it is or is not."""

    model_config = with_examples(
        {"product_id": "p00017", "request": {"user_id": "u00042", "filters": {"in_stock": True}}}
    )

    product_id: Id
    request: RecommendBody = RecommendBody()


class WhatIfBody(BaseModel):
    """A request, and what it is to be answered without."""

    model_config = with_examples(
        {"request": {"user_id": "u00042", "k": 5}, "without": {"brands": ["Acme"]}}
    )

    request: RecommendBody = RecommendBody()
    without: WithoutBody


Ids = Annotated[list[Id], Field(max_length=MAX_NAMES)]


class RuleBody(BaseModel):
    """A rule or promotion to be put up: without `from` it holds from now on, without `until` for
    good. A weight is a share of the way from a list's worst candidate to its best."""

    model_config = with_examples(
        {"kind": "boost", "brands": ["Acme"], "weight": 0.3, "note": "spring campaign"},
        {"kind": "pin", "products": ["p00017"], "position": 1, "until": 1798761600},
        {"kind": "promotion", "categories": ["Tents"], "discount": 15, "budget": 100000},
    )

    kind: Text
    products: Ids = []
    brands: Names = []
    categories: Names = []
    from_: Annotated[Moment | None, Field(alias="from")] = None
    until: Moment | None = None
    weight: Weight | None = None
    position: Annotated[int, Field(ge=-LARGEST, le=LARGEST)] | None = None
    discount: Weight | None = None
    budget: Price | None = None
    note: Text | None = None
    rule_id: Text | None = None

    def new(self) -> NewRule:
        """As the library takes it."""
        named = {name: getattr(self, name) for name in RuleBody.model_fields if name != "from_"}
        lists = {name: tuple(named[name]) for name in ("products", "brands", "categories")}
        return NewRule(**{**named, **lists, "since": self.from_})


async def _filters(
    category: Annotated[Names, Query(description="Id, path (A > B) or name; any of them.")] = [],  # noqa: B006
    brand: Annotated[Names, Query(description="Id or name; any of them.")] = [],  # noqa: B006
    min_price_minor: Price | None = None,
    max_price_minor: Price | None = None,
    in_stock: bool = False,
) -> Filters:
    return Filters(tuple(category), tuple(brand), min_price_minor, max_price_minor, in_stock)


FiltersQuery = Annotated[Filters, Depends(_filters)]
"""Filters as query parameters."""


Scalar = Annotated[str, Field(max_length=MAX_TEXT)] | StrictInt | StrictFloat | None
"""Text or a number: `true` is neither, and no user 1."""


class EventBody(BaseModel):
    """Something that a user did. With an `event_id`, sending it again changes nothing.

    `type` is view, cart, buy, like or rate; `at` a time, without which it is now; `value` a
    rating, any number, which `rate` has to have.
    An `impression` or a `click` is of a recommendation: `request_id` is the X-Request-Id of the
    answer that it came from, `rank` its place there.
    """

    model_config = with_examples(
        {
            "user_id": "u00042",
            "product_id": "p00017",
            "type": "click",
            "request_id": "5f0c1c7d1a7e4b0c8f6a2d3e4b5c6d7e",
            "rank": 1,
        }
    )

    user_id: Scalar = None
    product_id: Scalar = None
    type: Scalar = None
    at: Scalar = None
    position: Scalar = None
    value: Scalar = None
    quantity: Scalar = None
    order_id: Scalar = None
    event_id: Scalar = None
    request_id: Scalar = None
    rank: Scalar = None


class EventsBody(BaseModel):
    """A batch of events, each taken or rejected by itself."""

    model_config = with_examples(
        {
            "events": [
                {"user_id": "u00042", "product_id": "p00017", "type": "view", "event_id": "e1"},
                {"user_id": "u00042", "product_id": "p00017", "type": "rate", "value": 5},
            ]
        }
    )

    events: Annotated[list[EventBody], Field(min_length=1, max_length=MAX_EVENTS)]


def _sent(body: Any) -> str:
    """Which of both bodies was sent, so that what is wrong is told of that one."""
    several = "events" in body if isinstance(body, Mapping) else isinstance(body, EventsBody)
    return "several" if several else "one"


SentEvents = Annotated[
    Annotated[EventsBody, Tag("several")] | Annotated[EventBody, Tag("one")], Discriminator(_sent)
]


class ProductBody(BaseModel):
    """A product as a catalogue's row says it. Categories are paths, root first."""

    model_config = with_examples(
        {
            "title": "Acme Trail Shoe",
            "brand": "Acme",
            "categories": [["Shoes", "Running Shoes"]],
            "price_minor": 9990,
            "currency": "USD",
        }
    )

    title: Text
    description: Annotated[str, Field(max_length=MAX_PROSE), AfterValidator(_readable)] | None = (
        None
    )
    brand: Text | None = None
    categories: Annotated[list[Names], Field(max_length=MAX_NAMES)] = []
    price_minor: Price | None = None
    currency: Annotated[str, Field(pattern="^[A-Za-z]{3}$")] | None = None
    in_stock: bool | None = None
    image_url: Annotated[str, Field(max_length=2000), AfterValidator(_readable)] | None = None
    released_at: Moment | None = None


class ProductPatch(ProductBody):
    """The fields of a product that change; null empties one."""

    model_config = with_examples({"price_minor": 7990, "in_stock": False})

    title: Text = ""
