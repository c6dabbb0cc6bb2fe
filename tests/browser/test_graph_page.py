"""The graph beside the list: its columns, what lights up, and a node as the new start."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.test_page import EVIL, address, browser, opened, titles

__all__ = ("address", "browser")

pytestmark = pytest.mark.browser

WIDE = {"width": 1400, "height": 900}


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """What is there for bob, who bought a shoe and socks, and liked another shoe."""
    with opened(browser, f"{address}/#user=bob", viewport=WIDE) as page:
        drawn(page, "User")
        yield page


def drawn(page: Page, start: str) -> None:
    """Wait until the graph is there: it is drawn after the list is."""
    expect(page.locator(f"#picture .box.{start}")).to_have_count(1)


def columns(page: Page) -> list[list[str]]:
    """The nodes of each column from top to bottom, as "LABEL NAME"; dots and what lies beside,
    which have no path of their own to show, left out."""
    found: list[list[str]] = page.evaluate(
        """() => {
          const columns = [[], [], [], []];
          for (const { node } of document.querySelectorAll("#picture .box")) {
            if (node.label === "Way" || (node.column && !node.paths.size)) continue;
            columns[node.column].push(`${node.label} ${node.name}`);
          }
          return columns;
        }"""
    )
    return found


def named(page: Page, name: str) -> Locator:
    return page.locator("#picture").get_by_role("button", name=name)


def lit(page: Page) -> list[str]:
    """The nodes that are lit, but for dots."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("#picture .box.lit")]
          .filter(({ node }) => node.label !== "Way").map(({ node }) => node.name)"""
    )
    return found


def test_the_columns_lead_from_the_user_to_the_list(page: Page) -> None:
    intent, meant, reached, listed = columns(page)
    # What fills the list up came from no taste of bob's.
    assert intent == ["User bob", "Popular what is popular"]
    # The racer, which both of these lead to, is last: it is out of stock.
    assert meant == ["Product Bolt Running Sock", "Product Acme Trail Shoe"]
    assert sorted(reached) == ["Brand Acme", "Category Running Shoes", "Category Socks"]
    assert [each.removeprefix("Product ") for each in listed] == [
        each.partition(". ")[2] for each in titles(page)
    ]
    # Every path of the answer is drawn from the first column to the last.
    ends: list[bool] = page.evaluate(
        """() => shown.answer.results.flatMap((each) => each.paths.map((_, at) => {
          const on = shown.graph.links.filter((link) => link.paths.has(`${each.product_id} ${at}`));
          return on.length === 3 && on.some((link) => link.to.id === each.product_id);
        }))"""
    )
    assert ends
    assert all(ends)


def test_the_same_is_told_in_words(page: Page) -> None:
    said = page.locator("#graph-said").inner_text()
    paths = page.locator("#picture").evaluate(
        "() => shown.answer.results.reduce((sum, each) => sum + each.paths.length, 0)"
    )
    assert said.startswith(f"{paths} paths from what was asked to {len(titles(page))} products")
    page.get_by_text("The same in words").click()
    words = page.locator("#graph-words > li")
    assert words.count() == len(titles(page))
    assert words.first.locator("li").first.inner_text().startswith("bob –")
    picture = page.get_by_role("group", name="How it was found", exact=True)
    expect(picture).to_have_accessible_description(said)


def test_hovering_a_card_lights_up_its_paths_and_no_other(page: Page) -> None:
    card = page.locator(".card").nth(1)
    title = card.locator("h3").inner_text().partition(". ")[2]
    card.hover()
    told: list[list[str]] = page.evaluate(
        "() => shown.answer.results[1].paths.map(({ nodes }) => nodes.map(({ name }) => name))"
    )
    wanted = {name for nodes in told for name in nodes}
    assert set(lit(page)) == wanted
    assert lit(page).count(title) == 1
    expect(page.locator("#picture svg").first).to_have_class("lighting")
    expect(page.locator(".card.lit")).to_have_count(1)
    page.get_by_label("Search").hover()
    assert lit(page) == []
    expect(page.locator("#picture svg").first).not_to_have_class("lighting")


def test_a_focused_card_lights_up_as_well(page: Page) -> None:
    page.locator(".card summary").first.focus()
    assert "bob" in lit(page)


def test_hovering_a_node_lights_up_the_cards_that_it_leads_to(page: Page) -> None:
    named(page, "Category Running Shoes").hover()
    wanted: list[str] = page.evaluate(
        """() => shown.answer.results.filter(({ paths }) => paths.some(({ nodes }) =>
          nodes.some(({ name }) => name === "Running Shoes"))).map((each) => each.title)"""
    )
    assert 0 < len(wanted) < len(titles(page))
    cards = page.locator(".card.lit h3").all_inner_texts()
    assert [each.partition(". ")[2] for each in cards] == wanted


def test_a_product_that_is_clicked_is_the_new_start_and_back_leads_back(page: Page) -> None:
    before = titles(page)
    named(page, "Product Acme Runner Shoe").click()
    expect(page.locator("#understood button")).to_have_text("from Acme Runner Shoe ✕")
    drawn(page, "Start")
    assert "Start like Acme Runner Shoe" in columns(page)[0]
    assert page.url.endswith("#user=bob&from=runner")
    page.reload()
    expect(page.locator("#understood button")).to_have_text("from Acme Runner Shoe ✕")
    page.go_back()
    expect(page.locator("#understood button")).to_have_count(0)
    assert titles(page) == before


def test_a_category_that_is_clicked_is_searched_for(page: Page) -> None:
    named(page, "Category Running Shoes").click()
    expect(page.get_by_label("Search")).to_have_value("Running Shoes")
    expect(page.locator("#understood .chip")).to_have_text("Running Shoes")
    drawn(page, "Text")
    intent, meant, _, _ = columns(page)
    assert "Text “Running Shoes”" in intent
    assert "Category Running Shoes" in meant


def test_categories_of_one_name_are_told_apart(page: Page) -> None:
    assert page.evaluate(
        """toldApart([
            { label: "Category", id: "shoes/sandals", name: "Sandals" },
            { label: "Category", id: "sale/50%25 off%2Fshoes/sandals", name: "Sandals" },
            { label: "Category", id: "shoes", name: "Shoes" },
            { label: "Brand", id: "sandals", name: "Sandals" },
        ])"""
    ) == ["Sandals (shoes)", "Sandals (50% off/shoes)", "Shoes", "Sandals"]


def test_the_user_that_is_clicked_is_asked_for_alone(page: Page) -> None:
    before = titles(page)
    page.get_by_label("Search").fill("wool sock")
    drawn(page, "Text")
    named(page, "User bob").click()
    expect(page.get_by_label("Search")).to_have_value("")
    expect(page.locator(".card h3").first).to_have_text(before[0])
    assert titles(page) == before


def test_limits_stand_with_what_was_asked(page: Page) -> None:
    page.get_by_label("Search").fill("red lipstick under $10 not by Acme")
    expect(page.locator("#picture .box.Limit")).to_have_count(2)
    assert columns(page)[0][-2:] == ["Limit not Acme", "Limit up to $9.99"]
    assert page.locator("#picture .box.Limit[tabindex]").count() == 0


def test_it_is_walked_by_keyboard_from_one_place_in_the_order_of_tab(page: Page) -> None:
    assert page.locator("#picture [tabindex='0']").count() == 1
    page.locator("#graph-fold > summary").focus()
    page.keyboard.press("Tab")

    def here() -> str:
        name: str = page.evaluate("() => document.activeElement.getAttribute('aria-label')")
        return name

    assert here() == "User bob: start from this user alone"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("() => document.activeElement.node.column") == 1
    for _ in range(9):
        page.keyboard.press("ArrowUp")
    first = here()
    page.keyboard.press("ArrowDown")
    assert here() != first
    page.keyboard.press("ArrowUp")
    assert here() == first
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert page.evaluate("() => document.activeElement.node.column") == 3
    assert here().startswith("Product ")
    assert page.locator("#picture [tabindex='0']").count() == 1
    start = page.evaluate("() => document.activeElement.node.name")
    page.keyboard.press("Enter")
    expect(page.locator("#understood button")).to_have_text(f"from {start} ✕")
    drawn(page, "Start")
    # Whoever walks the graph stays in it.
    assert page.evaluate("() => document.activeElement.node.label") in ("Start", "User", "Product")


def test_a_hostile_name_is_text_in_the_graph(page: Page) -> None:
    page.get_by_label("For user").fill("")
    page.get_by_label("Search").fill(f"red shoe {EVIL}")
    page.wait_for_selector("#picture .box.Text")
    assert columns(page)[0][0] == f"Text “red shoe {EVIL}”"
    title = page.locator("#picture .box.Text title")
    assert title.text_content() == f"“red shoe {EVIL}”: start from these words alone"
    named(page, "Product 1 Red Shoe").click()
    expect(page.locator("#understood button")).to_have_text("from Red Shoe ✕")
    assert page.locator("#picture script, #picture img, #graph-words img").count() == 0
    assert page.title() == "kgrec"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_graph_fits_a_phone_once_it_is_opened(
    scheme: str, browser: Browser, address: str
) -> None:
    phone = {"width": 360, "height": 740}
    with opened(
        browser, f"{address}/#user=ann", viewport=phone, color_scheme=scheme, has_touch=True
    ) as page:
        expect(page.locator("#picture")).to_be_hidden()
        page.get_by_text("How it was found").tap()
        expect(page.locator("#picture svg").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        assert page.locator("#picture").evaluate(
            "each => [each.clientWidth, each.scrollWidth]"
        ) == [
            328,
            328,
        ]
        ink = page.locator("#picture .box.User text").first.evaluate(
            "each => getComputedStyle(each).fill"
        )
        assert ink == ("rgb(236, 235, 230)" if scheme == "dark" else "rgb(29, 30, 33)")


def test_an_answer_without_products_has_no_graph(page: Page) -> None:
    page.get_by_label("Search").fill("under $0.01")
    expect(page.locator(".card")).to_have_count(0)
    expect(page.locator("#graph")).to_be_hidden()


def test_without_neo4j_browser_there_is_a_line_to_copy_and_no_link(page: Page) -> None:
    expect(page.get_by_role("button", name="Copy Cypher of all paths")).to_be_visible()
    assert page.get_by_role("link").count() == 0


def test_a_link_to_neo4j_browser_holds_every_sign(page: Page) -> None:
    link: str = page.evaluate(
        """() => {
          state.browser = "http://127.0.0.1:7474/browser/";
          return linkTo("MATCH (:Category {category_id: 'sports & outdoors #1 50%+'})");
        }"""
    )
    at, _, said = link.partition("#?cmd=edit&arg=")
    assert at == "http://127.0.0.1:7474/browser/"
    # As Neo4j Browser reads it: decoded, and ended by the first & or #.
    assert re.match("[^&#]*", unquote(said.replace("+", " "))).group() == (  # type: ignore[union-attr]
        "MATCH (:Category {category_id: 'sports \\u0026 outdoors \\u00231 50%+'})"
    )
    page.get_by_label("Search").fill("lipstick")
    links = page.get_by_role("link", name="in Neo4j Browser")
    expect(page.locator("#understood .chip").first).to_have_text("Lipsticks")
    expect(links).to_have_count(1)
    page.locator(".card summary").first.click()
    expect(links).to_have_count(2)
    assert {each.get_attribute("rel") for each in links.all()} == {"noopener"}


COLUMNS_OF = """([request, evidence, path]) => {
  const [nodes, types] = path;
  const intent = { brands: [], categories: [{ label: "Category", id: "shoes" }], excluded: [],
    min_price_minor: null, max_price_minor: null };
  const paths = [{
    nodes: nodes.map(([label, id]) => ({ label, id, name: id })),
    relationships: types.map((type) => ({ type })),
  }];
  const found = { product_id: "p", title: "p", rank: 1, evidence, paths };
  const neighbours = [{ label: "Product", id: "p", name: "p" }];
  const answer = { request, intent, entities: [], neighbours, results: [found] };
  const { columns, links } = columnsOf(answer);
  const way = (found) => (found ? "found" : "past");
  const named = ({ label, id, found }) => (label === "Way" ? way(found) : `${label} ${id}`);
  return [
    columns.map((column) => column.map(named).join(" ")),
    links.map(({ kind, types }) => [kind, ...types].join(" ")),
  ];
}"""
RUN, FEET, SHOES, IT = (
    ["Category", "run"],
    ["Category", "feet"],
    ["Category", "shoes"],
    ["Product", "p"],
)
CLIMB = ["IN_CATEGORY", "SUBCATEGORY_OF", "SUBCATEGORY_OF"]
WORDS, ALONE = {"query": "shoes"}, [[IT], []]
DRAWN: dict[str, tuple[list[Any], list[str], list[str]]] = {
    "a category below one that is meant, what is between left out": (
        [WORDS, "graph", [[IT, RUN, FEET, SHOES], CLIMB]],
        ["Text shoes", "Category shoes", "Category run", "Product p"],
        ["text", "shelf SUBCATEGORY_OF", "shelf IN_CATEGORY"],
    ),
    "a category that is not meant": (
        [{"user_id": "u"}, "popularity", [[IT, RUN], ["IN_CATEGORY"]]],
        ["Popular ", "past", "Category run", "Product p"],
        ["many", "many", "shelf IN_CATEGORY"],
    ),
    "the words alone": (
        [WORDS, "text", ALONE],
        ["Text shoes", "past", "found", "Product p"],
        ["text", "text", "text"],
    ),
    "bought soon after a product of the user's": (
        [
            {"user_id": "u"},
            "graph",
            [[["User", "u"], ["Product", "s"], IT], ["BOUGHT", "BOUGHT_NEXT"]],
        ],
        ["User u", "Product s", "found", "Product p"],
        ["people BOUGHT", "people BOUGHT_NEXT", "people BOUGHT_NEXT"],
    ),
    "like the product that was asked about": (
        [{"product_id": "s"}, "graph", [[["Product", "s"], IT], ["BOUGHT_WITH"]]],
        ["Start s", "Product s", "found", "Product p"],
        ["text", "people BOUGHT_WITH", "people BOUGHT_WITH"],
    ),
    "a rule of the shop": (
        [WORDS, "rule", [[["Rule", "top"], IT], ["APPLIES_TO"]]],
        ["Rule top", "past", "found", "Product p"],
        ["rule APPLIES_TO", "rule APPLIES_TO", "rule APPLIES_TO"],
    ),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_path_goes_through_every_column(name: str, page: Page) -> None:
    asked, wanted, kinds = DRAWN[name]
    assert page.evaluate(COLUMNS_OF, asked) == [wanted, kinds]
