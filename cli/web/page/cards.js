// A product of the list as a card: its reason, what each term gave, its paths.
"use strict";

const TOLD = 2; // terms that are named beside the bar

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
    shares(each),
    why(each),
  );
  item.dataset.product = each.product_id;
  return item;
}

/** What rules did to a product, or that it stands elsewhere than its score says. */
function moved({ rules, moved_by: by }) {
  const chips = rules.map(fired);
  if (by === "diversity") chips.push(make("span", { className: "chip ruled" }, "moved by variety"));
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

/** The contributions that are not zero, largest first. */
function given({ contributions }) {
  return Object.entries(contributions)
    .filter(([, part]) => part)
    .sort(([, a], [, b]) => b - a);
}

const classOf = (name) => `term-${name.startsWith("rule:") || name.startsWith("promotion:") ? "rule" : name}`;

/** One bar of what speaks for it, each as wide as its share; the largest, and what speaks against
 * it, in words. */
function shares(each) {
  const parts = given(each).filter(([, part]) => part > 0);
  const against = given(each).filter(([, part]) => part < 0).reverse();
  const all = parts.reduce((sum, [, part]) => sum + part, 0) || 1;
  const attributes = { class: "shares", preserveAspectRatio: "none", viewBox: "0 0 100 1", "aria-hidden": "true" };
  const bar = drawing("svg", attributes);
  let x = 0;
  for (const [name, part] of parts) {
    const width = (100 * part) / all;
    const said = drawing("title", {}, `${termInWords(name)} ${part.toFixed(4)}`);
    bar.append(drawing("rect", { x, width, height: 1, class: classOf(name) }, said));
    x += width;
  }
  const words = parts.slice(0, TOLD).map(([name, part]) => {
    const text = `${termInWords(name)} ${Math.round((100 * part) / all)}%`;
    return make("span", { className: `term ${classOf(name)}` }, text);
  });
  if (against.length) {
    const names = against.slice(0, TOLD).map(([name]) => termInWords(name));
    words.push(make("span", { className: "against" }, `against it: ${names.join(", ")}`));
  }
  return make("div", { className: "made-of" }, bar, make("span", { className: "terms" }, ...words));
}

function why(each) {
  const by = each.moved_by && (each.moved_by === "diversity" ? "moved by variety" : termInWords(each.moved_by));
  const place = by ? [make("p", { className: "quiet" }, `Its place is not that of its score: ${by}.`)] : [];
  const rule = button("Put up a rule for it", () => openRules({ label: "Product", id: each.product_id }));
  const more = button("Start from it", () => startAt({ label: "Product", id: each.product_id, name: each.title }));
  const links = toBrowser(each.browser_cypher, `the path to ${each.title}`);
  const buttons = make("div", { className: "what-ifs" }, more, ...links, rule);
  const summary = make("summary", {}, "Why");
  return make("details", {}, summary, bars(each), ...place, ...each.paths.map(path), whatIfs(each), buttons);
}

/** The contributions, largest first; they add up to the score. */
function bars(each) {
  const parts = given(each);
  const most = Math.max(...parts.map(([, part]) => Math.abs(part)), 1e-9);
  const table = make("div", { className: "bars" });
  for (const [name, part] of parts) {
    const attributes = { class: "bar", preserveAspectRatio: "none", viewBox: "0 0 100 1", "aria-hidden": "true" };
    const width = (100 * Math.abs(part)) / most;
    const kind = part < 0 ? "minus" : classOf(name);
    const bar = drawing("svg", attributes, drawing("rect", { width, height: 1, class: kind }));
    table.append(make("span", { title: name }, termInWords(name)), bar, make("b", {}, part.toFixed(4)));
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
  const start = button(name || id, () => startAt({ label, id, name }));
  return Object.assign(start, said);
}
