"""What a person does in Neo4j Browser: log in, paste a query, see its rows and its drawing."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from cli.web.server import service_on
from kg.graph.neo4j import Neo4jGraph
from kg.local_server import status
from kg.queries import query
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request
from tests.browser.test_page import CONFIG, served

pytestmark = [pytest.mark.browser, pytest.mark.neo4j, pytest.mark.slow]

PATIENCE_MS = 120_000


@pytest.fixture(scope="module")
def page(chromium: Path, neo4j_home: Path, toy_graph: Neo4jGraph) -> Iterator[Page]:
    """Neo4j Browser, logged in to the toy shop."""
    # Chromium refuses its sandbox to root, which is who runs in a container.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=chromium, args=flags)
        context = chrome.new_context(
            viewport={"width": 1400, "height": 1000},
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(PATIENCE_MS)
        opened = context.new_page()
        log_in(opened, neo4j_home, toy_graph.settings.password)
        yield opened
        chrome.close()


def log_in(page: Page, home: Path, password: str) -> None:
    address = status(home).browser
    assert address is not None
    page.goto(address)
    page.fill("[data-testid=username]", "neo4j")
    page.fill("[data-testid=password]", password)
    page.click("[data-testid=connect]")
    connected(page)


def connected(page: Page) -> None:
    """Wait for the server's own first command: what is run before it finds no server."""
    expect(page.get_by_text(":config autoComplete: false")).to_be_visible()


def paste(page: Page, text: str) -> None:
    """Paste into the editor, as a person does, and run."""
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.locator("[data-testid=activeEditor] .monaco-editor").first.click()
    page.keyboard.press("Control+V")
    page.keyboard.press("Control+Enter")


def test_a_query_of_the_list_runs_as_pasted(page: Page, tmp_path: Path) -> None:
    paste(page, query("explore/bought_after").text)
    frame = page.locator("[data-testid=frame]").first
    cells = frame.locator("td")
    expect(cells.get_by_text("Bolt Running Sock")).to_be_visible()
    found = [text.strip().strip('"') for text in cells.all_inner_texts()]
    page.screenshot(path=tmp_path / "bought_after.png")
    assert found == [
        *("1", "Acme Runner Shoe", "sock", "Bolt Running Sock", "Bolt", "2", "0.062"),
        *("2", "Acme Runner Shoe", "shirt", "Acme Running Shirt", "Acme", "1", "0.022"),
        *("3", "Acme Runner Shoe", "trail", "Acme Trail Shoe", "Acme", "1", "0.022"),
    ]


def test_the_line_of_a_recommendation_draws_its_path(
    page: Page, toy_graph: Neo4jGraph, tmp_path: Path
) -> None:
    [best] = Recommender(toy_graph).recommend(Request(user_id="ann", k=1)).results
    assert best.product_id == "trail"
    paste(page, best.browser_cypher)
    frame = page.locator("[data-testid=frame]").first
    inspector = frame.locator("[data-testid=vizInspector]")
    path = best.paths[0]
    shown = f"Displaying {len(path.nodes)} nodes, {len(path.relationships)} relationships."
    expect(inspector).to_contain_text(shown)
    page.screenshot(path=tmp_path / "path.png")
    labels = Counter(node.label for node in path.nodes)
    kinds = Counter(relationship.type for relationship in path.relationships)
    assert (labels["User"], labels["Product"], kinds["BOUGHT"]) == (1, 2, 1)
    for name, count in [*labels.items(), *kinds.items()]:
        expect(inspector).to_contain_text(f"{name} ({count})")


def test_the_link_of_the_page_opens_the_graph_that_it_shows(
    page: Page, neo4j_home: Path, toy_graph: Neo4jGraph, tmp_path: Path
) -> None:
    service = service_on(toy_graph, "neo4j", CONFIG)
    service.browser = status(neo4j_home).browser
    told = Recommender(toy_graph).recommend(Request(user_id="ann", k=12))
    paths = [path for each in told.results for path in each.paths]
    nodes = {(node.label, node.id) for path in paths for node in path.nodes}
    with served(service) as address:
        list_ = page.context.new_page()
        list_.goto(f"{address}/#user=ann")
        with list_.expect_popup() as popup:
            list_.get_by_role("link", name="Open all paths in Neo4j Browser").click()
        there = popup.value
        connected(there)
        assert told.browser_cypher is not None
        editor = there.locator("[data-testid=activeEditor] .monaco-editor").first
        expect(editor).to_contain_text(re.compile("MATCH.path.="))
        editor.click()
        there.keyboard.press("Control+Enter")
        inspector = there.locator("[data-testid=vizInspector]").first
        expect(inspector).to_contain_text(f"Displaying {len(nodes)} nodes,")
        there.screenshot(path=tmp_path / "subgraph.png")
        for label, count in Counter(label for label, _ in nodes).items():
            expect(inspector).to_contain_text(f"{label} ({count})")
        list_.close()
        there.close()


def test_signs_that_end_a_link_are_written_so_that_neo4j_reads_them(toy_graph: Neo4jGraph) -> None:
    (row,) = toy_graph.ask(r"RETURN 'a \u0026 b\\\u0023' AS text")
    assert row["text"] == "a & b\\#"
