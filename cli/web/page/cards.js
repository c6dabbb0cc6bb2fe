// A product of the list as a card: its reason, what puts it before the next one, its paths.
"use strict";

const TOLD = 2; // differences that are named beside the bar, for and against
const TELLING = 0.1; // of the largest difference: a smaller one is not named

function card(each, currency) {
  const stock = each.in_stock === false ? "out of stock" : null;
  const cost = each.price_minor === null ? null : price(each.price_minor, currency);
  const facts = [each.brand, cost, stock, each.product_id].filter(Boolean).join(" · ");
  const reason = make("span", { className: `chip reason kind-${kindOfReason(each)}` }, each.reason);
  const item = make(
    "li",
    { className: "card" },
    pictureOf(each),
    make("h3", {}, `${each.rank}. ${each.title}`),
    make("span", { className: "score", title: "score" }, each.score.toFixed(3)),
    make("span", { className: "facts" }, facts),
    make("span", { className: "chips" }, ...moved(each), reason),
    ...beside(each),
    why(each),
  );
  item.dataset.product = each.product_id;
  return item;
}

/** What rules did to a product, or that it stands elsewhere than its score says. */
function moved({ rules, moved_by: by }) {
  const chips = rules.map(fired);
  const said = { diversity: "moved by variety", "out of stock": "behind what is in stock" }[by];
  if (said) chips.push(make("span", { className: "chip ruled" }, said));
  return chips;
}

/** The product's image, or a square of a colour of its own with its initial. */
function pictureOf(each) {
  if (each.image_url?.startsWith("https://")) {
    const image = { className: "picture", src: each.image_url, alt: "", loading: "lazy" };
    return make("img", { ...image, referrerPolicy: "no-referrer" });
  }
  let hue = 0;
  for (const sign of each.product_id) hue = (hue * 31 + sign.codePointAt(0)) % 360;
  const square = drawing("svg", { class: "picture", viewBox: "0 0 56 56", "aria-hidden": "true" });
  square.append(drawing("rect", { width: 56, height: 56, fill: `hsl(${hue} 45% 35%)` }));
  const place = { x: 28, y: 37, "text-anchor": "middle", "font-size": 26, fill: "#fff" };
  square.append(drawing("text", place, [...each.title][0] ?? "?"));
  return square;
}

const classOf = (name) => `term-${name.startsWith("rule:") || name.startsWith("promotion:") ? "rule" : name}`;

/** What a product has over the next one: a bar of what speaks for it, each as wide as its share, and
 * the largest differences in words, for and against. */
function beside({ compared }) {
  if (!compared?.terms.length) return [];
  const most = Math.max(...compared.terms.map(({ by }) => Math.abs(by)));
  const telling = compared.terms.filter(({ by }) => Math.abs(by) >= TELLING * most);
  const words = telling.filter(({ by }) => by > 0).slice(0, TOLD).map((each) => {
    return make("span", { className: `term ${classOf(each.term)}` }, differenceInWords(each));
  });
  const against = telling.filter(({ by }) => by < 0).reverse().slice(0, TOLD);
  if (against.length) {
    const said = `but ${against.map(differenceInWords).join(", ")}`;
    words.push(make("span", { className: "against" }, said));
  }
  const next = make("span", { title: compared.title }, compared.listed ? "beside the next:" : "beside the best not listed:");
  return [make("div", { className: "made-of" }, shares(compared), make("span", { className: "terms" }, next, ...words))];
}

function shares({ terms }) {
  const parts = terms.filter(({ by }) => by > 0);
  const all = parts.reduce((sum, { by }) => sum + by, 0) || 1;
  const attributes = { class: "shares", preserveAspectRatio: "none", viewBox: "0 0 100 1", "aria-hidden": "true" };
  const bar = drawing("svg", attributes);
  let x = 0;
  for (const each of parts) {
    const width = (100 * each.by) / all;
    const said = drawing("title", {}, `${differenceInWords(each)} ${each.by.toFixed(4)}`);
    bar.append(drawing("rect", { x, width, height: 1, class: classOf(each.term) }, said));
    x += width;
  }
  return bar;
}

function why(each) {
  const rule = button("Put up a rule for it", () => openRules({ label: "Product", id: each.product_id }));
  const more = button("Start from it", () => startAt({ label: "Product", id: each.product_id, name: each.title }));
  const links = toBrowser(each.browser_cypher, `the path to ${each.title}`);
  const buttons = make("div", { className: "what-ifs" }, more, ...links, rule);
  const summary = make("summary", {}, "Why");
  return make("details", {}, summary, ...bars(each), ...placed(each), ...each.paths.map(path), whatIfs(each), buttons);
}

/** Why a product stands where it does, where its score does not say it. */
function placed({ moved_by: by, compared }) {
  const said = [];
  if (by) said.push(`Its place is not that of its score: ${moverInWords(by)}.`);
  const before = compared?.moved_by;
  if (before && before !== by) said.push(`It stands before a product of a higher score: ${moverInWords(before)}.`);
  return said.map((text) => make("p", { className: "quiet" }, text));
}

/** The differences to the next product, largest first; they add up to the difference of the scores. */
function bars({ compared, score }) {
  if (!compared) return [make("p", { className: "quiet" }, `Its score is ${score.toFixed(4)}.`)];
  const most = Math.max(...compared.terms.map(({ by }) => Math.abs(by)), 1e-9);
  const table = make("div", { className: "bars" });
  for (const each of compared.terms) {
    const attributes = { class: "bar", preserveAspectRatio: "none", viewBox: "0 0 100 1", "aria-hidden": "true" };
    const width = (100 * Math.abs(each.by)) / most;
    const kind = each.by < 0 ? "minus" : classOf(each.term);
    const bar = drawing("svg", attributes, drawing("rect", { width, height: 1, class: kind }));
    table.append(make("span", { title: each.term }, differenceInWords(each)), bar, make("b", {}, signed(each.by)));
  }
  table.append(make("span", {}, "score"), make("span"), make("b", {}, signed(compared.by)));
  const other = compared.listed ? "the next" : "the best that is not listed";
  return [make("p", { className: "quiet" }, `Beside ${other}, ${compared.title}:`), table];
}

const signed = (number) => `${number < 0 ? "−" : "+"}${Math.abs(number).toFixed(4)}`;

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
  const start = button(name || id, () => startAt({ label, id, name }));
  return Object.assign(start, said);
}
