// The page: ask, show the answer and its reasons. All text goes in as text, never as HTML.
"use strict";

const WAIT_MS = 120;
let timer;

/** What the form, the sliders and the start say, as the body of a request. */
function question() {
  const { diversity = 0, ...weights } = state.set;
  return {
    query: byId("query").value.trim() || null,
    user_id: byId("user").value.trim() || null,
    product_id: state.product?.id ?? null,
    filters: { in_stock: byId("in-stock").checked },
    weights,
    diversity,
    k: 12,
  };
}

async function refresh() {
  clearTimeout(timer);
  const turn = ++state.latest;
  state.abort?.abort();
  state.abort = new AbortController();
  try {
    const body = question();
    state.user = body.user_id;
    const answer = await ask("v1/recommendations", body, state.abort.signal);
    await knowRules(answer);
    if (turn !== state.latest) return;
    show(answer);
    remember(body);
    taste(answer);
  } catch (error) {
    if (error.name !== "AbortError" && turn === state.latest) fail(error);
  }
}

/** What was wrong with the question empties the list; while the service is away it stays. */
function fail(error) {
  byId("status").textContent = error.message;
  if (error.away && byId("results").childElementCount) {
    byId("status").textContent += " What is shown is from before.";
    return;
  }
  byId("results").replaceChildren();
  byId("understood").replaceChildren();
  byId("graph").hidden = true;
}

function show(answer) {
  state.currency = answer.currency;
  const cards = answer.results.map((each) => card(each, answer.currency));
  byId("results").replaceChildren(...(cards.length ? cards : [nothing(answer)]));
  byId("understood").replaceChildren(...understood(answer));
  byId("status").textContent = saidOf(answer);
  const turn = state.latest;
  afterPaint(() => {
    if (turn === state.latest) showGraph(answer);
  });
}

/** How many there are, how they were ranked, and what is to be known about them. */
function saidOf({ results, recipe, notes, timings_ms: took }) {
  const told = notes.filter((note) => note.code !== "fewer").map((note) => note.text);
  if (!results.length) return ["no product", ...told].join(" · ");
  const few = told.length < notes.length ? "only " : "";
  const count = few + several(results.length, "product");
  return [count, recipeInWords(recipe), `${Math.round(took.total)} ms`, ...told].join(" · ");
}

/** Once the list is on the screen: the first product is seen before the graph is drawn. */
function afterPaint(work) {
  requestAnimationFrame(() => setTimeout(work));
}

/** What the question was understood to mean, and where it starts. */
function understood({ intent, currency, entities }) {
  const meant = toldApart([...intent.brands, ...intent.categories]);
  const said = [...meant, ...limits(intent, currency)];
  const chips = said.map((text) => make("span", { className: "chip" }, text));
  if (!state.product) return chips;
  const found = entities.find(({ label, id }) => label === "Product" && id === state.product.id);
  state.product.name = found?.name || state.product.name;
  return [button(`from ${state.product.name} ✕`, () => startAnew({ product: null })), ...chips];
}

/** What the question leaves out, and between which prices. */
function limits(intent, currency) {
  const said = intent.excluded.map((each) => `not ${each.name}`);
  if (intent.min_price_minor !== null) said.push(`from ${price(intent.min_price_minor, currency)}`);
  if (intent.max_price_minor !== null) said.push(`up to ${price(intent.max_price_minor, currency)}`);
  return said;
}

/** Ask from another start; the question before is one step back. */
function startAnew({ product = null, query = product ? "" : byId("query").value, user = byId("user").value }) {
  state.product = product;
  byId("query").value = query;
  byId("user").value = user;
  settle();
  refresh();
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(refresh, WAIT_MS);
}

function useKey(event) {
  event.preventDefault();
  state.key = byId("key").value.trim();
  sessionStorage.setItem("key", state.key);
  byId("key-form").hidden = true;
  state.tasted = null;
  state.suggests = true;
  refresh();
}

/** The page works without Neo4j Browser: then there is a line to copy, and no link. */
async function knowBrowser() {
  try {
    state.browser = (await ask("page.json")).browser;
  } catch {
    state.browser = null;
  }
}

/** On a phone the settings are folded, so that the list is seen first. */
function fold() {
  if (!matchMedia("(max-width: 50rem)").matches) return;
  for (const each of document.querySelectorAll("aside > details")) each.open = false;
}

async function begin() {
  fold();
  lay();
  byId("query").addEventListener("input", soon);
  byId("in-stock").addEventListener("change", () => startAnew({ product: state.product, query: byId("query").value }));
  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    state.tasted = null;
    refresh();
  });
  byId("reset").addEventListener("click", reset);
  byId("key-form").addEventListener("submit", useKey);
  addEventListener("popstate", fromAddress);
  addEventListener("online", refresh);
  beginProfile();
  beginWhyNot();
  beginRules();
  beginWhatIf();
  beginGraph();
  await knowBrowser();
  fromAddress();
}

begin();
