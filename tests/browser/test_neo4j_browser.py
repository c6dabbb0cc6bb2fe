"""What a person does in Neo4j Browser: log in, paste a query, see its rows and its drawing."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from kg.graph.neo4j import Neo4jGraph
from kg.local_server import status
from kg.queries import query
from kg.recommend.recommender import Recommender
from kg.recommend.types import Request

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
    # The server's own first command: only what a query returns is drawn.
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
