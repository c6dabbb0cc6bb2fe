"""How soon the page at `/` shows an answer, in a headless Chromium over a shop in memory.

From the last byte of the answer to the first card on the screen; once as the machine is, and once
with Chromium's processor slowed down six times, as a cheap phone's is. The baseline is the same
wait for a page that has nothing to draw.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from playwright.sync_api import Page, sync_playwright

from cli.web.service import Service
from kg.graph.memory import MemoryGraph
from kg.recommend.recommender import Recommender
from kg.snapshot import snapshot_of
from kg.sources import open_source
from kg.sources.sample_shop import sample_shop
from tests.bench.figures import Figure
from tests.browser.test_page import CONFIG, served
from tests.conftest import CHROMIUM_NAMES

SEED, PRODUCTS, USERS = 7, 500, 600
ASKED = 40
LIMIT_MS = 300
SLOWER = {"as it is": 1, "slowed down 6 times": 6}
TARGETS = {"as it is": LIMIT_MS}

ASK = """(user) => new Promise((done) => {
  const painted = () => requestAnimationFrame(() => setTimeout(() => {
    const all = performance.getEntriesByType("resource");
    const answers = all.filter((each) => each.name.endsWith("/v1/recommendations"));
    done(performance.now() - answers[answers.length - 1].responseEnd);
    performance.clearResourceTimings();
  }));
  const seen = new MutationObserver(() => { seen.disconnect(); painted(); });
  seen.observe(document.getElementById("results"), { childList: true });
  document.getElementById("user").value = user;
  refresh();
})"""
"""Milliseconds from an answer's last byte to its first frame. A frame's callbacks run before it is
painted, a timeout set in one after it."""

NOTHING = """() => new Promise((done) => {
  const start = performance.now();
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
})"""


def run() -> list[Figure]:
    """Milliseconds, at the middle and at worst."""
    chromium = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    if chromium is None:
        print("no Chromium is installed")
        return []
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        sample_shop(Path(folder), PRODUCTS, USERS, SEED)
        graph = MemoryGraph(snapshot_of(open_source(Path(folder))))
        with served(Service(Recommender(graph), CONFIG)) as address:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.goto(address)
            page.wait_for_selector(".card")
            found = [figure for name in SLOWER for figure in _measured(page, name)]
            browser.close()
    return found


def _measured(page: Page, name: str) -> list[Figure]:
    tools = page.context.new_cdp_session(page)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER[name]})
    users = np.random.default_rng(SEED).integers(0, USERS, ASKED)
    nothing = [page.evaluate(NOTHING) for _ in range(ASKED)]
    page.evaluate(ASK, "")
    spent = [page.evaluate(ASK, f"u{user:05}") for user in users]
    return [
        *_figures(f"nothing to draw, {name}", nothing),
        *_figures(name, spent, TARGETS.get(name)),
    ]


def _figures(name: str, spent: Sequence[float], most: float | None = None) -> list[Figure]:
    return [
        Figure(f"{name}: median", float(np.median(spent)), "ms", most, "<="),
        Figure(f"{name}: worst of {len(spent)}", max(spent), "ms", most, "<="),
    ]
