"""Full text in Chinese, German and Arabic: both engines find the same, in the same order."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from neo4j import Driver

from kg.build import BuildOptions, build_graph
from kg.connection import Settings
from kg.graph import Row
from kg.graph.memory import MemoryGraph
from kg.graph.neo4j import Neo4jGraph
from kg.language import tokens
from kg.load.schema import await_indexes
from kg.recommend.lucene import for_any_word, for_titles
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request
from kg.snapshot import export
from kg.sources import open_source
from tests.conftest import make_empty

pytestmark = pytest.mark.neo4j
SHOPS = Path(__file__).parent / "shops"

SEARCHES = {
    "chinese": [
        "运动鞋",
        "运动",
        "鞋",
        "红",
        "红色口红",
        "防水 帐篷",
        "防水登山鞋",
        "水壶 the ABC",
        "ＡＢＣ",
        "iPhone手机",
        "跑步，健身",
        "双人帐蓬",
        "z06",
        "茶",
    ],
    "german": [
        "Schuh",
        "laufschuhe",
        "wasserdichte Zelte",
        "grüne Mütze",
        "gruene muetzen",
        "GRÜNER",
        "die Straße",
        "strasse",
        "Haus für Kinder",
        "Häuser",
        "Flasche 1,5 l",
        "0,5",
        "Trinkflashe",
        "Baum",
        "der die das",
        "Lippenst",
    ],
    "arabic": [
        "حذاء",
        "الحذاء",
        "للجري",
        "خيمة",
        "الخيمة للماء",
        "ساعة",
        "ساعات",
        "الشفاه",
        "وردة",
        "كتاب",
        "منتج",
        "مُنْتَج",
        "مقاس 42",
        "على",
        "قميص القطن",
        "ماء",
    ],
}

FOUND = {
    # Of the pairs 运动 and 动鞋 the socks have one; a character by itself is no word of a text.
    "chinese": {
        "运动鞋": ["z01", "z03", "z11"],
        "鞋": [],
        "红茶": ["z12"],
        "ＡＢＣ": ["z08", "z09"],
    },
    "german": {"GRÜNER": ["d05", "d06"], "häuser": ["d10"], "1,5": ["d08"], "und": []},
    "arabic": {"الساعة": ["a08", "a07"], "42": ["a09"], "على": [], "منتج": ["a11"]},
}
"""Language -> a search -> what its words find, best first."""


@dataclass(frozen=True)
class Both:
    """A shop of a language on both engines."""

    language: str
    server: Neo4jGraph
    memory: MemoryGraph


@pytest.fixture(scope="module", params=SEARCHES)
def both(
    request: pytest.FixtureRequest, neo4j_settings: Settings, neo4j_driver: Driver
) -> Iterator[Both]:
    make_empty(neo4j_driver)
    with Neo4jGraph(neo4j_settings, strict=True) as graph:
        options = BuildOptions(embed=False, language=request.param)
        build_graph(graph, open_source(SHOPS / f"{request.param}.csv"), options)
        await_indexes(graph)
        yield Both(request.param, graph, MemoryGraph(export(graph)))


@pytest.mark.parametrize(
    "name", ["resolve/text_products", "resolve/text_entities", "resolve/exact_products"]
)
def test_both_engines_find_the_same_texts_in_the_same_order(name: str, both: Both) -> None:
    asked_for = for_titles if "exact" in name else for_any_word
    asked = [{**asked_for(text), "limit": 20} for text in SEARCHES[both.language]]
    server, memory = (graph.read(name, requests=asked) for graph in (both.server, both.memory))
    assert len(server) > 3
    assert in_order(server) == in_order(memory)
    assert [row["score"] for row in server] == pytest.approx(
        [row["score"] for row in memory], rel=1e-4
    )


def in_order(rows: list[Row]) -> list[tuple[object, ...]]:
    return [tuple(value for name, value in row.items() if name != "score") for row in rows]


def test_a_search_finds_what_its_words_mean_in_the_language(both: Both) -> None:
    for text, found in FOUND[both.language].items():
        asked = [{**for_any_word(text), "limit": 20}]
        for graph in (both.server, both.memory):
            rows = graph.read("resolve/text_products", requests=asked)
            assert (text, [row["product_id"] for row in rows]) == (text, found)


def test_both_engines_recommend_the_same_in_the_same_order(both: Both) -> None:
    requests = [Request(query=text, k=12) for text in SEARCHES[both.language]]
    server, memory = (
        Recommender(graph).recommend_many(requests) for graph in (both.server, both.memory)
    )
    for one, other in zip(server, memory, strict=True):
        assert one.intent == other.intent
        assert [each.product_id for each in one.results] == [
            each.product_id for each in other.results
        ]
        assert [each.reason for each in one.results] == [each.reason for each in other.results]


def test_the_words_of_a_text_are_those_of_the_server_s_analyzer(
    both: Both, neo4j_driver: Driver
) -> None:
    """A regular expression is compared with the words of the index as they are."""
    texts = {row["product_id"]: row for row in products(both)}
    for id_, row in texts.items():
        for text in (row["title"], row["description"]):
            for word in tokens(text, both.language):
                assert id_ in holders(neo4j_driver, word), (text, word)


def products(both: Both) -> list[Row]:
    rows = both.memory.snapshot.products
    return [
        {"product_id": id_, "title": title or "", "description": said or ""}
        for id_, title, said in zip(rows.ids, rows.title, rows.description, strict=True)
    ]


def holders(driver: Driver, word: str) -> set[str]:
    plain = "".join(f"\\{each}" if not each.isalnum() else each for each in word)
    with driver.session() as session:
        found = session.run(
            "CALL db.index.fulltext.queryNodes('product_text', $word) YIELD node"
            " RETURN node.product_id",
            word=f"/{plain}/",
        )
        return set(found.value())
