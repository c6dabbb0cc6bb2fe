// The page: ask, show the answer and its reasons. All text goes in as text, never as HTML.
"use strict";

const SLIDERS = [
  ["alpha", "relevance", 4],
  ["beta", "what is hot", 4],
  ["gamma", "what is meant", 4],
  ["gnn", "learned likeness", 4],
  ["diversity", "unlike products", 1],
];
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
    const answer = await ask("v1/recommendations", body, state.abort.signal);
    if (turn !== state.latest) return;
    show(answer);
    history.replaceState(null, "", address(body));
  } catch (error) {
    if (error.name !== "AbortError" && turn === state.latest) fail(error);
  }
}

function fail(error) {
  byId("results").replaceChildren();
  byId("understood").replaceChildren();
  byId("graph").hidden = true;
  byId("status").textContent = error.message;
}

/** The question as an address, so that it can be sent on. */
function address({ query, user_id: user, product_id: start }) {
  const said = new URLSearchParams();
  if (query) said.set("q", query);
  if (user) said.set("user", user);
  if (start) said.set("from", start);
  return `#${said}`;
}

function show(answer) {
  state.currency = answer.currency;
  byId("results").replaceChildren(...answer.results.map((each) => card(each, answer.currency)));
  byId("understood").replaceChildren(...understood(answer));
  const ms = Math.round(answer.timings_ms.total);
  const count = `${answer.results.length} products by ${answer.recipe} in ${ms} ms`;
  byId("status").textContent = [count, ...answer.notes.map((note) => note.text)].join(" · ");
  const turn = state.latest;
  afterPaint(() => {
    if (turn === state.latest) showGraph(answer);
  });
}

/** Once the list is on the screen: the first product is seen before the graph is drawn. */
function afterPaint(work) {
  requestAnimationFrame(() => setTimeout(work));
}

/** What the question was understood to mean, and where it starts. */
function understood({ intent, currency, entities }) {
  const meant = [...intent.brands, ...intent.categories].map((each) => each.name);
  const said = [...meant, ...limits(intent, currency)];
  const chips = said.map((text) => make("span", { className: "chip" }, text));
  if (!state.product) return chips;
  const found = entities.find(({ label, id }) => label === "Product" && id === state.product.id);
  const name = found?.name || state.product.name;
  return [button(`from ${name} ✕`, () => startAnew({ product: null })), ...chips];
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
  history.pushState(null, "", address(question()));
  refresh();
  taste();
}

async function whyNot(event) {
  event.preventDefault();
  const box = byId("why-answer");
  try {
    const body = { product_id: byId("why-product").value.trim(), request: question() };
    box.replaceChildren(...explained(await ask("v1/explain", body)));
  } catch (error) {
    box.replaceChildren(make("p", {}, error.message));
  }
}

function explained(found) {
  const title = make("strong", {}, found.title);
  const place = `number ${found.place} by score of ${found.candidates} candidates`;
  const said = found.gate ? found.gate.text : `It is in the list: ${place}.`;
  const lines = [make("p", {}, title, make("br"), said)];
  if (found.changes.length) {
    const led = found.admitted ? "It would be there with " : "Still not there with ";
    lines.push(make("p", {}, led, make("b", {}, changesInWords(found.changes))));
  }
  return lines;
}

/** Fields of a request that change, as a person would say it: "categories Shoes > Sandals, k 12". */
function changesInWords(changes) {
  return changes.flatMap((each) => Object.entries(each)).map(changeInWords).join(", then ");
}

function changeInWords([name, value]) {
  if (value === null || value.length === 0) return `no ${name}`;
  if (Array.isArray(value)) return `${name} ${value.join(", ")}`;
  if (typeof value === "object") return Object.entries(value).map(changeInWords).join(", ");
  return `${name} ${value}`;
}

/** A slider says "recipe" until it is moved: only then it is part of the question. */
function slider([name, title, max]) {
  const said = make("output", {}, "recipe");
  const range = make("input", { type: "range", max, step: 0.05, value: 0, id: `slide-${name}`, className: "unset" });
  range.addEventListener("input", () => {
    state.set[name] = Number(range.value);
    said.textContent = range.value;
    range.classList.remove("unset");
    soon();
  });
  const called = make("span", {}, make("b", {}, name), name === "diversity" ? "" : ` · ${title}`);
  const label = { htmlFor: range.id };
  return make("label", label, make("span", { className: "row" }, called, said), range);
}

function lay() {
  byId("sliders").replaceChildren(...SLIDERS.map(slider));
}

function reset() {
  state.set = {};
  lay();
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
  refresh();
  taste();
}

/** Take the question from the address. */
function fromAddress() {
  const said = new URLSearchParams(location.hash.slice(1));
  byId("query").value = said.get("q") ?? "";
  byId("user").value = said.get("user") ?? "";
  const start = said.get("from");
  state.product = start ? { id: start, name: start } : null;
  refresh();
  taste();
}

/** The page works without Neo4j Browser: then there is a line to copy, and no link. */
async function knowBrowser() {
  try {
    state.browser = (await ask("page.json")).browser;
  } catch {
    state.browser = null;
  }
}

async function begin() {
  lay();
  byId("query").addEventListener("input", soon);
  byId("user").addEventListener("input", soon);
  byId("in-stock").addEventListener("change", refresh);
  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    refresh();
    taste();
  });
  byId("why").addEventListener("submit", whyNot);
  byId("reset").addEventListener("click", reset);
  byId("key-form").addEventListener("submit", useKey);
  addEventListener("popstate", fromAddress);
  beginProfile();
  beginRules();
  beginWhatIf();
  beginGraph();
  await knowBrowser();
  fromAddress();
}

begin();
