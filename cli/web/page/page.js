// The page: ask, show the answer and its reasons. All text goes in as text, never as HTML.
"use strict";

const SLIDERS = [
  ["alpha", "relevance to the text", 0, 4],
  ["beta", "what is hot", 0, 4],
  ["gamma", "brands and categories meant", 0, 4],
  ["gnn", "learned likeness", 0, 4],
  ["diversity", "diversity", 0, 1],
];
const WAIT_MS = 120;
const byId = (id) => document.getElementById(id);
let timer;
const state = { product: null, set: {}, latest: 0, abort: null, currency: null, key: sessionStorage.getItem("key") };

/** An element with properties and children; strings become text. */
function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function drawing(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/** The answer of the service; a problem becomes an Error that says what it found. */
async function ask(path, body, signal, method = body ? "POST" : "GET") {
  const headers = { "Content-Type": "application/json" };
  if (state.key) headers.Authorization = `Bearer ${state.key}`;
  const sent = body ? { body: JSON.stringify(body) } : {};
  const response = await fetch(path, { method, ...sent, headers, signal });
  const answer = await response.json();
  if (response.ok) return answer;
  byId("key-form").hidden = response.status !== 401;
  throw new Error(answer.detail);
}

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
    if (turn === state.latest) show(answer);
    remember(body);
  } catch (error) {
    if (error.name !== "AbortError" && turn === state.latest) fail(error);
  }
}

function fail(error) {
  byId("results").replaceChildren();
  byId("understood").replaceChildren();
  byId("status").textContent = error.message;
}

/** Keep the question in the address, so that it can be sent on. */
function remember(body) {
  const said = new URLSearchParams();
  if (body.query) said.set("q", body.query);
  if (body.user_id) said.set("user", body.user_id);
  history.replaceState(null, "", `#${said}`);
}

function show(answer) {
  state.currency = answer.currency;
  byId("results").replaceChildren(...answer.results.map((each) => card(each, answer.currency)));
  byId("understood").replaceChildren(...understood(answer));
  const ms = Math.round(answer.timings_ms.total);
  const count = `${answer.results.length} products by ${answer.recipe} in ${ms} ms`;
  byId("status").textContent = [count, ...answer.notes.map((note) => note.text)].join(" · ");
}

/** What the question was understood to mean, and where it starts. */
function understood({ intent, currency }) {
  const said = [
    ...intent.brands.map((each) => each.name),
    ...intent.categories.map((each) => each.name),
    ...intent.excluded.map((each) => `not ${each.name}`),
  ];
  if (intent.min_price_minor !== null) said.push(`from ${price(intent.min_price_minor, currency)}`);
  if (intent.max_price_minor !== null) said.push(`up to ${price(intent.max_price_minor, currency)}`);
  const chips = said.map((text) => make("span", { className: "chip" }, text));
  if (state.product) {
    const start = make("button", { type: "button" }, `from ${state.product.name} ✕`);
    start.addEventListener("click", () => startFrom(null));
    chips.unshift(start);
  }
  return chips;
}

function startFrom(product) {
  state.product = product;
  refresh();
}

function price(minor, currency) {
  if (!currency) return (minor / 100).toFixed(2);
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
  return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
}

function card(each, currency) {
  const stock = each.in_stock === false ? "out of stock" : null;
  const cost = each.price_minor === null ? null : price(each.price_minor, currency);
  const facts = [each.brand, cost, stock, each.product_id].filter(Boolean).join(" · ");
  return make(
    "li",
    { className: "card" },
    picture(each),
    make("h3", {}, `${each.rank}. ${each.title}`),
    make("span", { className: "score" }, each.score.toFixed(3)),
    make("span", { className: "facts" }, facts),
    make("span"),
    make("span", { className: "chips" }, ...moved(each), make("span", { className: "chip reason" }, each.reason)),
    why(each),
  );
}

/** What rules did to a product, or that it stands elsewhere than its score says. */
function moved({ rules, moved_by: by }) {
  const chips = rules.map(fired);
  if (by === "diversity") chips.push(make("span", { className: "chip ruled" }, "moved by diversity"));
  return chips;
}

/** The product's image, or a square of a colour of its own with its initial. */
function picture(each) {
  if (each.image_url?.startsWith("https://")) {
    const image = { className: "picture", src: each.image_url, alt: "", loading: "lazy" };
    return make("img", { ...image, referrerPolicy: "no-referrer" });
  }
  let hue = 0;
  for (const sign of each.product_id) hue = (hue * 31 + sign.codePointAt(0)) % 360;
  const square = drawing("svg", { class: "picture", viewBox: "0 0 56 56", "aria-hidden": "true" });
  square.append(drawing("rect", { width: 56, height: 56, fill: `hsl(${hue} 45% 35%)` }));
  const place = { x: 28, y: 37, "text-anchor": "middle", "font-size": 26, fill: "#fff" };
  const initial = drawing("text", place);
  initial.textContent = [...each.title][0] ?? "?";
  square.append(initial);
  return square;
}

function why(each) {
  const copy = make("button", { type: "button" }, "Copy for Neo4j Browser");
  copy.addEventListener("click", () => navigator.clipboard.writeText(each.browser_cypher));
  const by = each.moved_by?.replace(":", " ");
  const place = by ? [make("p", { className: "quiet" }, `Its place is not that of its score: ${by}.`)] : [];
  const rule = make("button", { type: "button" }, "Put up a rule for it");
  rule.addEventListener("click", () => openRules({ label: "Product", id: each.product_id }));
  const paths = each.paths.map(path);
  const buttons = make("div", { className: "what-ifs" }, copy, rule);
  return make("details", {}, make("summary", {}, "Why"), bars(each), ...place, ...paths, whatIfs(each), buttons);
}

/** The contributions, largest first; they add up to the score. */
function bars(each) {
  const given = Object.entries(each.contributions).filter(([, part]) => part);
  given.sort(([, a], [, b]) => b - a);
  const most = Math.max(...given.map(([, part]) => Math.abs(part)), 1e-9);
  const table = make("div", { className: "bars" });
  for (const [name, part] of given) {
    const bar = drawing("svg", { class: "bar", preserveAspectRatio: "none", viewBox: "0 0 100 1" });
    bar.setAttribute("aria-hidden", "true");
    const width = (100 * Math.abs(part)) / most;
    bar.append(drawing("rect", { width, height: 1, class: part < 0 ? "minus" : "plus" }));
    table.append(make("span", {}, name), bar, make("b", {}, part.toFixed(4)));
  }
  table.append(make("span", {}, "score"), make("span"), make("b", {}, each.score.toFixed(4)));
  return table;
}

/** A stored path; a product on it is a new start. */
function path({ nodes, relationships }) {
  const line = make("div", { className: "path" }, node(nodes[0]));
  relationships.forEach((each, at) => {
    const people = each.properties.support;
    const more = people ? ` (${people} ${people === 1 ? "person" : "people"})` : "";
    const said = each.forward ? `${each.type}${more} →` : `← ${each.type}${more}`;
    line.append(make("span", { className: "step" }, said), node(nodes[at + 1]));
  });
  return line;
}

function node({ label, id, name }) {
  const said = { className: `node ${label}`, title: `${label} ${id}` };
  if (label !== "Product") return make("span", said, name || id);
  const button = make("button", { ...said, type: "button" }, name || id);
  button.addEventListener("click", () => startFrom({ id, name: name || id }));
  return button;
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
    const led = found.admitted ? "It would be there with: " : "Still not there with: ";
    lines.push(make("p", {}, led, make("code", {}, JSON.stringify(Object.assign({}, ...found.changes)))));
  }
  return lines;
}

async function taste() {
  const box = byId("taste");
  const user = byId("user").value.trim();
  if (!user) {
    box.replaceChildren(make("p", { className: "quiet" }, "Name a user to see what they like."));
    return;
  }
  try {
    const found = await ask(`v1/users/${encodeURIComponent(user)}/profile`);
    if (user === byId("user").value.trim()) box.replaceChildren(...tastes(found));
  } catch (error) {
    box.replaceChildren(make("p", { className: "quiet" }, error.message));
  }
}

function tastes({ categories, brands, price: cost }) {
  const rows = [...categories.slice(0, 4), ...brands.slice(0, 4)].map((each) => {
    const evidence = each.evidence.map((one) => one.title).join(", ");
    const share = `${Math.round(100 * each.share)}%`;
    const line = { className: "row", title: `because of ${evidence}` };
    return make("div", line, make("span", {}, each.name), make("span", {}, share));
  });
  if (cost) {
    const said = [cost.lowest_minor, cost.typical_minor, cost.highest_minor];
    const text = said.map((minor) => price(minor, cost.currency)).join(" – ");
    rows.push(make("div", { className: "row" }, make("span", {}, "price"), make("span", {}, text)));
  }
  return rows;
}

/** A slider says "recipe" until it is moved: only then it is part of the question. */
function slider([name, title, min, max]) {
  const said = make("output", {}, "recipe");
  const range = make("input", { type: "range", min, max, step: 0.05, value: min, id: `slide-${name}` });
  range.addEventListener("input", () => {
    state.set[name] = Number(range.value);
    said.textContent = range.value;
    soon();
  });
  return make("label", {}, make("span", { className: "row" }, title, said), range);
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

function begin() {
  const said = new URLSearchParams(location.hash.slice(1));
  byId("query").value = said.get("q") ?? "";
  byId("user").value = said.get("user") ?? "";
  lay();
  byId("query").addEventListener("input", soon);
  byId("user").addEventListener("input", soon);
  byId("user").addEventListener("change", taste);
  byId("in-stock").addEventListener("change", refresh);
  byId("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    refresh();
    taste();
  });
  byId("why").addEventListener("submit", whyNot);
  byId("reset").addEventListener("click", reset);
  byId("key-form").addEventListener("submit", useKey);
  beginRules();
  beginWhatIf();
  refresh();
  taste();
}

begin();
