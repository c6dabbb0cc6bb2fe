"""The page in a real browser: search, user, reasons, sliders, why not, and hostile titles."""

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Request,
    expect,
    sync_playwright,
)

from cli.web.app import make_app
from cli.web.config import ServeConfig
from cli.web.pages import FOLDER
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
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
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


def body(request: Request) -> dict[str, Any]:
    """What a request asks."""
    found: dict[str, Any] = json.loads(request.post_data or "{}")
    return found


def test_a_search_shows_what_was_understood_and_the_list(page: Page) -> None:
    page.get_by_label("Search").fill("red lipstick under $10 not by Acme")
    page.wait_for_selector("#understood >> text=not Acme")
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
    *parts, score = (
        float(each.replace("−", "-")) for each in first.locator(".bars b").all_inner_texts()
    )
    assert sum(parts) == pytest.approx(score, abs=0.0005)
    following = page.locator(".card h3").nth(1).inner_text().removeprefix("2. ")
    expect(first.locator("details")).to_contain_text(f"Beside the next, {following}:")
    assert first.locator(".bar rect").count() == len(parts)
    assert first.locator(".path").first.locator(".node").first.inner_text() == "bob"
    first.locator(".path button.Product").first.click()
    page.wait_for_selector("#understood button")
    assert page.locator("#understood button").inner_text().startswith("from ")


def test_a_slider_ranks_anew_at_once(page: Page) -> None:
    page.get_by_label("Search").fill("running shoe")
    page.wait_for_selector("#understood >> text=Running Shoes")
    before = titles(page)
    first = page.locator(".card").first
    slider = page.get_by_role("slider", name="beta")
    with page.expect_request("**/v1/recommendations") as asked:
        slider.fill("4")
    assert body(asked.value)["weights"] == {"beta": 4}
    expect(page.locator(".made-of", has_text="like what sells now").first).to_be_visible()
    assert sorted(titles(page)) == sorted(before) != before
    with page.expect_request("**/v1/recommendations") as asked:
        page.get_by_role("button", name="As the recipe has it").click()
    assert body(asked.value)["weights"] == {}
    expect(first.locator("h3")).to_have_text(before[0])
    assert titles(page) == before


def test_a_slider_is_moved_by_keyboard_and_says_what_it_is(page: Page) -> None:
    slider = page.get_by_role("slider", name="diversity")
    slider.focus()
    with page.expect_request("**/v1/recommendations") as asked:
        page.keyboard.press("ArrowRight")
    assert body(asked.value)["diversity"] == 0.05
    expect(page.locator("#sliders output").last).to_have_text("0.05")


def test_a_user_is_picked_by_the_beginning_of_an_id(page: Page) -> None:
    box = page.get_by_label("For user")
    box.focus()
    options = page.locator("#users option")
    expect(options).to_have_count(6)
    box.fill("b")
    expect(options).to_have_count(1)
    assert options.get_attribute("value") == "bob"
    box.fill("")
    expect(options).to_have_count(6)


def test_a_card_tells_what_puts_it_before_the_next(page: Page) -> None:
    page.get_by_label("For user").fill("bob")
    page.get_by_label("For user").press("Enter")
    page.wait_for_selector("#picture .box.User")
    first = page.locator(".card").first
    parts = first.locator(".shares rect").evaluate_all(
        "all => all.map((each) => Number(each.getAttribute('width')))"
    )
    assert sum(parts) == pytest.approx(100)
    assert parts == sorted(parts, reverse=True)
    largest = first.locator(".shares title").first.evaluate("each => each.textContent")
    name = largest.rpartition(" ")[0]
    assert first.locator(".made-of .term").first.inner_text() == name


def test_a_profile_names_the_products_that_it_is_known_by(page: Page) -> None:
    page.get_by_label("For user").fill("eve")
    page.get_by_label("For user").press("Enter")
    taste = page.locator("#taste")
    expect(taste.locator("summary").first).to_contain_text("Lipsticks")
    assert taste.locator("h3").all_inner_texts() == ["Categories", "Brands", "Price"]
    assert taste.locator("summary b").all_inner_texts() == ["100%", "100%"]
    taste.locator("summary").first.click()
    assert taste.locator("details").first.locator("li").all_inner_texts() == [
        "Rosa Pink Lipstick (put into the cart, bought)",
        "Rosa Red Lipstick (bought)",
    ]
    expect(taste).to_contain_text("from $7.90 to $8.90")


def test_a_key_is_asked_for_only_where_one_is_needed(page: Page) -> None:
    assert not page.locator("#key").is_visible()


def test_why_not_is_answered(page: Page) -> None:
    page.get_by_label("For user").fill("ann")
    page.get_by_label("A product's title or id").fill("runner")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_selector("text=the user has bought it")
    assert "with what was bought already" in page.locator("#why-answer").inner_text()


def test_text_stays_text(page: Page) -> None:
    page.get_by_label("Search").fill("red shoe")
    page.wait_for_selector(".card >> text=Red Shoe")
    assert EVIL in page.locator(".card", has_text="Red Shoe").locator(".facts").first.inner_text()
    assert page.title() == "kgrec"


def test_five_hundred_key_strokes_end_with_the_answer_to_the_last(page: Page) -> None:
    box = page.get_by_label("Search")
    text = "red lipstick under $10"
    strokes = 0
    while strokes < 500 - len("wool sock"):
        box.press_sequentially(text)
        for _ in text:
            box.press("Backspace")
        strokes += 2 * len(text)
    box.press_sequentially("wool sock")
    expect(page.locator(".card h3").first).to_have_text("1. Cove Wool Sock")
    expect(page.locator("#picture .box.Text title")).to_have_text(re.compile("^“wool sock”"))


def test_keys_without_a_pause_are_one_question(page: Page) -> None:
    asked: list[str] = []

    def note(each: Request) -> None:
        asked.append(body(each)["query"])

    page.on("request", note)
    page.evaluate(
        """() => {
          const box = document.getElementById("query");
          for (let at = 0; at <= 500; at += 1) {
            box.value = `wool sock ${at}`;
            box.dispatchEvent(new Event("input"));
          }
        }"""
    )
    expect(page.locator("#picture .box.Text title")).to_have_text(re.compile("^“wool sock 500”"))
    assert asked == ["wool sock 500"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_in_light_and_dark(scheme: str, browser: Browser, address: str) -> None:
    phone = {"width": 360, "height": 740}
    with opened(browser, f"{address}/#user=ann", viewport=phone, color_scheme=scheme) as page:
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        page.locator(".card summary").first.click()
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert ground == ("rgb(23, 24, 27)" if scheme == "dark" else "rgb(246, 246, 243)")


def test_no_two_scripts_of_the_page_define_the_same_name() -> None:
    # They share one scope, where the later function silently takes the place of the earlier.
    defined = re.compile(r"^(?:async )?(?:function|const|let) (\w+)", re.MULTILINE)
    names = [name for path in FOLDER.glob("*.js") for name in defined.findall(path.read_text())]
    assert "changeInWords" in names
    assert [name for name, count in Counter(names).items() if count > 1] == []
