"""axe-core finds nothing serious on the page: in light, in dark, on a phone, whatever is open."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.test_page import PATIENCE_MS, address, browser

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


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_serious_is_found(look: str, browser: Browser, address: str) -> None:
    page = browser.new_page(**LOOKS[look])
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    page.wait_for_selector(".card")
    assert complaints(page) == []
    page.get_by_label("For user").fill("ann")
    page.get_by_label("For user").press("Enter")
    page.get_by_label("Search").fill("running shoe under $200 not by Bolt")
    page.wait_for_selector("#understood >> text=not Bolt")
    page.get_by_label("A product's id").fill("runner")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_selector("text=the user has bought it")
    for each in page.locator("summary").all():
        if each.is_visible():
            each.click()
    assert complaints(page) == []
    page.close()
