"""axe-core finds nothing serious on the page: in light, in dark, on a phone, whatever is open."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.test_page import address, browser, opened

__all__ = ("address", "browser")
"""Fixtures of the page's tests."""

pytestmark = pytest.mark.browser

LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"color_scheme": "light", "viewport": {"width": 375, "height": 800}},
    "dark phone": {"color_scheme": "dark", "viewport": {"width": 375, "height": 800}},
}
SERIOUS = ("serious", "critical")


def complaints(page: Page) -> list[str]:
    """What axe-core holds to be serious, with the element."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['html'][:120]}"
        for each in found
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]


def test_axe_sees_what_is_serious(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<main><input><img src='data:,'></main>")
    assert sorted({each.partition(":")[0] for each in complaints(page)}) == [
        "document-title",
        "html-has-lang",
        "image-alt",
        "label",
    ]
    page.close()


@pytest.fixture(params=list(LOOKS))
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    """The page in each look."""
    with opened(browser, address, **LOOKS[request.param]) as page:
        yield page


def ask_for_ann(page: Page) -> None:
    page.get_by_label("For user").fill("ann")
    page.get_by_label("For user").press("Enter")
    page.wait_for_selector("#results >> text=you bought")


def open_graph(page: Page) -> None:
    if not page.locator("#picture").is_visible():
        page.get_by_text("How it was found").click()
    page.wait_for_selector("#picture svg")


def test_nothing_serious_is_found(page: Page) -> None:
    assert complaints(page) == []
    ask_for_ann(page)
    if not page.locator("#why").is_visible():
        page.get_by_text("Why not?").click()
    page.get_by_label("Search").fill("running shoe under $200 not by Bolt")
    page.wait_for_selector("#understood >> text=not Bolt")
    page.get_by_label("A product's title or id").fill("runner")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_selector("text=the user has bought it")
    for each in page.locator("summary").all():
        if each.is_visible() and not each.evaluate("each => each.parentElement.open"):
            each.click()
    assert complaints(page) == []


def test_nothing_serious_is_found_in_the_graph(page: Page) -> None:
    ask_for_ann(page)
    open_graph(page)
    assert complaints(page) == []
    page.get_by_text("The same in words").click()
    page.locator("#picture .box.Product:not(.beside)").last.hover()
    assert page.locator("#picture .lit").count() > 1
    page.locator("#picture [tabindex='0']").focus()
    assert complaints(page) == []


def test_nothing_serious_is_found_in_the_dialog_of_rules(page: Page) -> None:
    page.get_by_role("button", name="Rules").click()
    page.wait_for_selector("text=No rules: every list is by merit alone.")
    page.get_by_text("Put up a rule", exact=True).click()
    assert complaints(page) == []
    for kind in ("pin", "promotion"):
        page.locator("#rule-kind").select_option(kind)
        assert complaints(page) == []


def test_nothing_serious_is_found_in_the_dialog_of_what_if(page: Page) -> None:
    ask_for_ann(page)
    page.locator(".card summary").first.click()
    page.locator(".card .what-ifs button").first.click()
    page.wait_for_selector("#what-if-lists li")
    assert complaints(page) == []


def test_nothing_serious_is_found_where_nothing_fits(page: Page) -> None:
    page.get_by_label("Search").fill("lipstick under $0.01")
    page.wait_for_selector(".empty")
    assert complaints(page) == []
