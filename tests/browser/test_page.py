"""The page in a real browser: search, user, reasons, sliders, why not, and hostile titles."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect, sync_playwright

from cli.web.app import make_app
from cli.web.config import ServeConfig
from cli.web.server import bind
from cli.web.service import Service
from kg.graph.memory import MemoryGraph
from kg.recommend.recommender import Recommender
from kg.snapshot import embedded, snapshot_of
from kg.sources import open_source
from tests.recommend.conftest import ByAxes
from tests.shops import Shop

pytestmark = pytest.mark.browser

EVIL = "<script>document.title='taken'</script><img src=x onerror=document.title='taken'>"
PATIENCE_MS = 10_000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The toy shop, served; a brand of it is called like an attack."""
    shop = Shop(tmp_path_factory.mktemp("shop"))
    shop.append("products.csv", f'evil,"Red Shoe",,"{EVIL}",Shoes,1.00,USD,true,1700000000')
    snapshot = embedded(snapshot_of(open_source(shop.path)), ByAxes().encode, "by axes")
    with served(Service(Recommender(MemoryGraph(snapshot), lambda _: ByAxes()), CONFIG)) as at:
        yield at


CONFIG = ServeConfig(port=0)


@contextmanager
def served(service: Service) -> Iterator[str]:
    """The address of a service that runs."""
    with bind(CONFIG) as listening:
        server = uvicorn.Server(uvicorn.Config(make_app(service), log_config=None, ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page, open; at the end nothing may have gone wrong in it."""
    with opened(browser, address) as page:
        yield page


@contextmanager
def opened(browser: Browser, address: str, **look: Any) -> Iterator[Page]:
    """The page at an address, which may not complain until it is closed."""
    complaints: list[str] = []
    page = browser.new_page(**look)
    page.set_default_timeout(PATIENCE_MS)

    def console(said: ConsoleMessage) -> None:
        if said.type == "error":
            complaints.append(said.text)

    def broken(error: Error) -> None:
        complaints.append(str(error))

    page.on("console", console)
    page.on("pageerror", broken)
    page.goto(address)
    page.wait_for_selector(".card")
    yield page
    assert complaints == []
    page.close()


def titles(page: Page) -> list[str]:
    return page.locator(".card h3").all_inner_texts()


def test_a_search_shows_what_was_understood_and_the_list(page: Page) -> None:
    page.get_by_label("Search").fill("red lipstick under $10 not by Acme")
    page.wait_for_selector("text=not Acme")
    assert titles(page)[0] == "1. Rosa Red Lipstick"
    assert page.locator("#understood .chip").all_inner_texts() == [
        "Lipsticks",
        "not Acme",
        "up to $9.99",
    ]


def test_a_users_list_says_why_with_bars_that_add_up_and_the_path(page: Page) -> None:
    page.get_by_label("For user").fill("bob")
    page.get_by_label("For user").press("Enter")
    first = page.locator(".card").first
    expect(first.locator(".reason")).to_contain_text("you ")
    first.locator("summary").click()
    *parts, score = (float(each) for each in first.locator(".bars b").all_inner_texts())
    assert sum(parts) == pytest.approx(score, abs=0.0005)
    assert first.locator(".bar rect").count() == len(parts)
    assert first.locator(".path").first.locator(".node").first.inner_text() == "bob"
    first.locator(".path button.Product").first.click()
    page.wait_for_selector("#understood button")
    assert page.locator("#understood button").inner_text().startswith("from ")


def test_a_slider_ranks_anew(page: Page) -> None:
    page.get_by_label("Search").fill("running")
    page.wait_for_selector("text=products by paper")
    page.locator("#slide-diversity").fill("1")
    expect(page.locator("#sliders output").last).to_have_text("1")


def test_a_key_is_asked_for_only_where_one_is_needed(page: Page) -> None:
    assert not page.locator("#key").is_visible()


def test_why_not_is_answered(page: Page) -> None:
    page.get_by_label("For user").fill("ann")
    page.get_by_label("A product's id").fill("runner")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_selector("text=the user has bought it")
    assert "include_bought" in page.locator("#why-answer").inner_text()


def test_text_stays_text(page: Page) -> None:
    page.get_by_label("Search").fill("red shoe")
    page.wait_for_selector("text=Red Shoe")
    assert EVIL in page.locator(".card", has_text="Red Shoe").locator(".facts").first.inner_text()
    assert page.title() == "kgrec"


def test_many_key_strokes_end_with_the_answer_to_the_last(page: Page) -> None:
    box = page.get_by_label("Search")
    for _ in range(10):
        box.press_sequentially("lipstick", delay=2)
        box.fill("")
    box.press_sequentially("wool sock", delay=2)
    expect(page.locator(".card h3").first).to_have_text("1. Cove Wool Sock")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_in_light_and_dark(
    scheme: str, browser: Browser, address: str, tmp_path: Path
) -> None:
    opened = browser.new_page(
        viewport={"width": 360, "height": 740},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    opened.goto(f"{address}/#user=ann")
    opened.wait_for_selector(".card")
    assert opened.evaluate("document.documentElement.scrollWidth") == 360
    ground = opened.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(23, 24, 27)" if scheme == "dark" else "rgb(246, 246, 243)")
    opened.close()
