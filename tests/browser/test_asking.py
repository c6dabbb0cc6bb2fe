"""Asking on the page: what is typed half, what fits nothing, going back, no service, no key."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from kg.recommend.recipes import TERM_NAMES
from tests.browser.test_page import PATIENCE_MS, address, body, browser, opened, titles

__all__ = ("address", "browser")

pytestmark = pytest.mark.browser

SETTLED_MS = 1700
"""A little longer than a question has to stand to be a step of its own."""


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """The page, which may not complain."""
    with opened(browser, address) as page:
        yield page


@pytest.fixture
def complaining(browser: Browser, address: str) -> Iterator[Page]:
    """The page, where a request may fail."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    page.wait_for_selector(".card")
    yield page
    page.close()


def test_where_nothing_fits_it_says_what_was_asked_and_lifts_limits(page: Page) -> None:
    page.get_by_label("in stock").check()
    page.get_by_label("Search").fill("lipstick under $0.01 not by Acme")
    empty = page.locator("#results .empty")
    expect(empty.locator("p")).to_have_text(
        "No product fits all of this: “lipstick under $0.01 not by Acme” · not Acme · up to $0.00"
        " · in stock."
    )
    expect(page.locator("#status")).to_have_text("no product")
    assert empty.get_by_role("button").all_inner_texts() == [
        "Search for “lipstick” without limits",
        "With what is out of stock",
    ]
    empty.get_by_role("button", name="out of stock").click()
    expect(page.get_by_label("in stock")).not_to_be_checked()
    expect(empty.get_by_role("button")).to_have_count(1)
    empty.get_by_role("button", name="without limits").click()
    expect(page.get_by_label("Search")).to_have_value("lipstick")
    expect(page.locator(".card").first).to_contain_text("Lipstick")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_bar_shows_what_speaks_for_it_each_term_in_its_own_colour(
    scheme: str, browser: Browser, address: str
) -> None:
    with opened(browser, address, color_scheme=scheme) as page:
        widths, colours, words = page.evaluate(
            """() => {
              const term = (name, by) => ({ term: name, by, words: `${name} says so` });
              const parts = { category: 3, brand: 1, hot: -0.2, gnn: -2 };
              const terms = Object.entries(parts).map(([name, by]) => term(name, by));
              const [made] = beside({ compared: { title: "Next", listed: true, by: 1.8, terms } });
              document.body.append(made);
              const rects = [...made.querySelectorAll("rect")];
              return [
                rects.map((each) => Number(each.getAttribute("width"))),
                rects.map((each) => getComputedStyle(each).fill),
                [...made.querySelectorAll(".terms > span")].map((each) => each.textContent),
              ];
            }"""
        )
        assert widths == [75, 25]
        light = ["rgb(143, 74, 0)", "rgb(217, 140, 0)"]
        assert colours == (
            ["rgb(217, 139, 58)", "rgb(255, 210, 122)"] if scheme == "dark" else light
        )
        said = ["category says so", "brand says so", "but gnn says so"]
        assert words == ["beside the next:", *said]


def test_every_term_has_words_and_a_colour_of_its_own(page: Page) -> None:
    names, colours = page.evaluate(
        """() => [Object.keys(TERMS), [...Object.keys(TERMS), "rule:x"].map((name) => {
          const made = make("span", { className: classOf(name) });
          document.body.append(made);
          return getComputedStyle(made).getPropertyValue("--kind");
        })]"""
    )
    assert sorted(names) == sorted(TERM_NAMES)
    assert "" not in colours
    assert len(set(colours)) == len(colours)


def test_a_half_typed_user_is_not_asked_for(page: Page) -> None:
    asked: list[Any] = []

    def note(each: Request) -> None:
        if each.url.endswith("/v1/recommendations"):
            asked.append(body(each)["user_id"])
        if each.url.endswith("/profile"):
            asked.append(each.url.split("/")[-2])

    page.on("request", note)
    page.get_by_label("For user").press_sequentially("bo", delay=600)
    assert asked == []
    page.get_by_label("For user").press_sequentially("b")
    page.wait_for_selector("#taste summary")
    assert asked == ["bob", "bob"]


def test_of_a_user_who_is_not_there_no_taste_is_asked(page: Page) -> None:
    page.get_by_label("For user").fill("nobody")
    page.get_by_label("For user").press("Enter")
    expect(page.locator("#taste")).to_have_text("There is no user nobody.")
    expect(page.locator("#status")).to_contain_text("user 'nobody' is not in the graph")


def test_why_not_takes_a_title_and_an_empty_question_clears_the_answer(page: Page) -> None:
    box, said = page.get_by_label("A product's title or id"), page.locator("#why-answer")
    box.press_sequentially("wool sock")
    option = page.locator("#products option").first
    expect(option).to_have_attribute("value", "Cove Wool Sock · woolsock")
    box.fill("Cove Wool Sock · woolsock")
    page.get_by_role("button", name="Ask").click()
    expect(said.locator("strong")).to_have_text("Cove Wool Sock")
    box.fill("")
    expect(said).to_be_empty()
    box.fill("cove wool sock")
    page.get_by_role("button", name="Ask").click()
    expect(said.locator("strong")).to_have_text("Cove Wool Sock")
    box.fill("wool socks")
    page.get_by_role("button", name="Ask").click()
    expect(said.locator("p")).to_have_text("Which one?")
    said.get_by_role("button", name="woolsock").click()
    expect(said.locator("strong")).to_have_text("Cove Wool Sock")


def test_back_goes_back_through_searches_and_settings(page: Page) -> None:
    first = titles(page)
    search = page.get_by_label("Search")
    page.wait_for_timeout(SETTLED_MS)
    search.press_sequentially("wool sock", delay=200)
    expect(page.locator(".card h3").first).to_have_text("1. Cove Wool Sock")
    page.wait_for_timeout(SETTLED_MS)
    page.get_by_role("slider", name="beta").fill("2.5")
    page.get_by_role("slider", name="diversity").fill("0.5")
    page.wait_for_url("**/#q=wool+sock&beta=2.5&diversity=0.5")
    page.go_back()
    page.wait_for_url("**/#q=wool+sock")
    expect(page.locator("#sliders output").nth(1)).to_have_text("by recipe")
    page.go_forward()
    expect(page.locator("#sliders output").nth(1)).to_have_text("2.5")
    expect(page.locator("#sliders output").last).to_have_text("0.5")
    page.go_back()
    page.go_back()
    expect(search).to_have_value("")
    expect(page.locator(".card h3").first).to_have_text(first[0])
    assert titles(page) == first


def test_while_the_service_is_away_the_list_stays(complaining: Page) -> None:
    page = complaining
    before = titles(page)
    page.context.set_offline(True)
    page.get_by_label("Search").fill("wool sock")
    expect(page.locator("#status")).to_have_text(
        "The service cannot be reached. What is shown is from before."
    )
    assert titles(page) == before
    page.context.set_offline(False)
    expect(page.locator(".card h3").first).to_have_text("1. Cove Wool Sock")


def test_a_word_that_is_no_id_is_looked_for_as_a_title(complaining: Page) -> None:
    complaining.get_by_label("A product's title or id").fill("lipstick")
    complaining.get_by_role("button", name="Ask").click()
    said = complaining.locator("#why-answer")
    expect(said.locator("p")).to_have_text("Which one?")
    expect(said.get_by_role("button").first).to_contain_text("Lipstick · ")


def test_without_a_key_it_leads_to_the_box_for_one(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_MS)

    def keyed(route: Route) -> None:
        if route.request.headers.get("authorization") == "Bearer right":
            route.continue_()
        else:
            route.fulfill(status=401, json={"detail": "send a key as Authorization: Bearer KEY"})

    page.route("**/v1/**", keyed)
    page.goto(address)
    expect(page.locator("#status")).to_have_text(
        "The service answers only with a key that it knows: enter one in the box “Key”."
    )
    expect(page.get_by_label("Key")).to_be_focused()
    page.keyboard.type("right")
    page.keyboard.press("Enter")
    page.wait_for_selector(".card")
    expect(page.get_by_label("Key")).to_be_hidden()
    page.close()
