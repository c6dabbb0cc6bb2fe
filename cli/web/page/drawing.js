// The graph beside the list, as SVG: hover a card or a node to see its paths, click to start there.
"use strict";

const HEADS = [
  [["Intent"], "what was asked"],
  [["V", "U"], "what it means"],
  [["V", "U", "′"], "what that leads to"],
  [["Products"], "the list"],
];
const SHARES = [0.2, 0.26, 0.24, 0.3]; // of the width, by column
const NARROW = 470; // where this is not there, columns are closer and say less
const NARROW_SHARES = [0.2, 0.25, 0.23, 0.32];
const TOP = 46;
const ROW = 40; // of the height, for a node
const WAY = 11; // and for a dot
const HIGH = 32;
const GAP = 30; // above what lies beside
const LEAST = 320; // narrower, the picture scrolls in its place
const LINE = 13;
const FONT = "12px system-ui, sans-serif";
const STARTS = {
  Product: "start from it",
  Brand: "look for it",
  Category: "look for it",
  User: "start from this user alone",
  Text: "start from these words alone",
};

let shown = null; // the answer that is drawn, and its columns

function showGraph(answer) {
  shown = { answer, graph: columnsOf(answer) };
  byId("graph").hidden = answer.results.length === 0;
  byId("graph-said").textContent = summary(shown.graph, answer);
  byId("graph-words").replaceChildren(...answer.results.map(inWords));
  byId("graph-links").replaceChildren(...toBrowser(answer.browser_cypher ?? "", "all paths"));
  draw();
}

/** How many nodes and paths there are: what a screen reader says of the picture. */
function summary({ columns }, { results }) {
  const paths = several(results.reduce((sum, each) => sum + each.paths.length, 0), "path");
  const [meant, reached] = [columns[MEANT], columns[REACHED]].map(
    (column) => column.filter((each) => each.label !== "Way" || each.found).length,
  );
  const by = [meant && `${several(meant, "node")} that it means`, reached && `${several(reached, "node")} that these lead to`];
  const through = by.some(Boolean) ? `, through ${by.filter(Boolean).join(" and ")}` : "";
  return `${paths} from what was asked to ${several(results.length, "product")}${through}.`;
}

const several = (count, what) => `${count} ${what}${count === 1 ? "" : "s"}`;

/** A product and its paths as lines of text. */
function inWords(each) {
  const lines = each.paths.map((path) => make("li", {}, pathInWords(path)));
  return make("li", {}, `${each.rank}. ${each.title}`, make("ul", {}, ...lines));
}

function pathInWords({ nodes, relationships }) {
  const steps = relationships.map((each, at) => {
    const said = each.forward ? `–${each.type}→` : `←${each.type}–`;
    return ` ${said} ${nodes[at + 1].name || nodes[at + 1].id}`;
  });
  return (nodes[0].name || nodes[0].id) + steps.join("");
}

function draw() {
  const room = byId("picture").clientWidth;
  if (!shown || !room) return;
  const within = byId("picture").contains(document.activeElement);
  const svg = picture(shown.graph, Math.max(room, LEAST));
  byId("picture").replaceChildren(svg);
  byId("graph-kinds").replaceChildren(...legend(shown.graph.links));
  if (within) svg.querySelector("[tabindex='0']")?.focus();
}

function picture({ columns, beside, links }, wide) {
  const high = Math.max(...columns.map(heightOf), ROW);
  const below = Math.max(...beside.map(heightOf));
  const places = placesOf(columns, beside, wide, high);
  const tall = TOP + high + (below ? GAP + below : 0);
  const svg = drawing("svg", { width: wide, height: tall, viewBox: `0 0 ${wide} ${tall}`, role: "group" });
  svg.setAttribute("aria-labelledby", "graph-title");
  svg.setAttribute("aria-describedby", "graph-said");
  svg.append(...HEADS.map(([name, about], at) => heading(name, wide < NARROW ? "" : about, leftOf(at, wide))));
  if (below) svg.append(divide(TOP + high + GAP / 2, wide));
  svg.append(...links.map((each) => curve(each, places)));
  const nodes = [...columns, ...beside].flat().map((each) => marked(each, places.get(each)));
  svg.append(...nodes);
  nodes.find((each) => each.hasAttribute("tabindex"))?.setAttribute("tabindex", "0");
  const rows = columns.map((column, at) => [...column, ...(beside[at - MEANT] ?? [])]);
  svg.addEventListener("keydown", (event) => walk(event, rows, places));
  return svg;
}

const slotOf = (node) => (node.label === "Way" ? WAY : ROW);
const heightOf = (column) => column.reduce((sum, node) => sum + slotOf(node), 0);

/** Where each node is: columns are spread over the height, what lies beside is below them. */
function placesOf(columns, beside, wide, high) {
  const places = new Map();
  const lay = (nodes, column, top, stretch) => {
    let y = top;
    for (const node of nodes) {
      const slot = slotOf(node) * stretch;
      places.set(node, { x: leftOf(column, wide), y: y + slot / 2, width: widthOf(column, wide) });
      y += slot;
    }
  };
  columns.forEach((nodes, column) => lay(nodes, column, TOP, high / (heightOf(nodes) || 1)));
  beside.forEach((nodes, at) => lay(nodes, MEANT + at, TOP + high + GAP, 1));
  return places;
}

/** A line above what lies beside. */
function divide(y, wide) {
  const x = leftOf(MEANT, wide);
  const said = drawing("text", { x: 1, y: y + 4, class: "about" }, "also met");
  const end = leftOf(LISTED, wide) - gapOf(wide);
  return drawing("g", {}, said, drawing("path", { d: `M${x} ${y}H${end}`, class: "divide" }));
}

const sharesOf = (wide) => (wide < NARROW ? NARROW_SHARES : SHARES);
const gapOf = (wide) => Math.min(70, wide * (wide < NARROW ? 0.04 : 0.06));
const widthOf = (at, wide) => (wide - 3 * gapOf(wide) - 2) * sharesOf(wide)[at];
const leftOf = (at, wide) =>
  sharesOf(wide).slice(0, at).reduce((x, _, before) => x + widthOf(before, wide) + gapOf(wide), 1);

/** V_U and V_U' have their U below the line. */
function heading([name, below, after], about, x) {
  const line = drawing("text", { x, y: 14, class: "head" }, name);
  if (below) line.append(drawing("tspan", { dy: 4, "font-size": 10 }, below));
  if (after) line.append(drawing("tspan", { dy: -4 }, after));
  return drawing("g", {}, line, drawing("text", { x, y: 30, class: "about" }, about));
}

function curve({ from, to, kind, types, paths }, places) {
  const [a, b] = [places.get(from), places.get(to)];
  const x = a.x + a.width;
  const bend = (b.x - x) / 2;
  // Past a column a step goes straight, so that it is not behind one of its nodes.
  const past = from.label === "Way" ? `M${a.x} ${a.y}H${x}` : `M${x} ${a.y}`;
  const d = `${past}C${x + bend} ${a.y} ${b.x - bend} ${b.y} ${b.x} ${b.y}`;
  const said = `${from.name} – ${[...types].join(", ") || KINDS[kind]} – ${to.name}`;
  const line = drawing("path", { d, class: `link kind-${kind}` }, drawing("title", {}, said));
  line.paths = paths;
  return line;
}

function marked(node, place) {
  const group = node.label === "Way" ? dot(node, place) : box(node, place);
  group.paths = node.paths;
  group.node = node;
  return group;
}

/** A step that leads past a column; to be seen where what it leads to is a node of it. */
function dot({ called, found }, { x, y }) {
  const group = drawing("g", { class: "box Way" });
  if (found) group.append(drawing("title", {}, called), drawing("circle", { cx: x, cy: y, r: 3.5 }));
  return group;
}

function box(node, { x, y, width }) {
  const beside = node.column !== INTENT && !node.paths.size;
  const group = drawing("g", { class: `box ${node.label}${beside ? " beside" : ""}` });
  const before = node.rank ?? (node.label === "Rule" ? "rule" : null);
  const named = before ? `${before} ${node.called}` : node.called;
  const at = { x, y: y - HIGH / 2, width, height: HIGH };
  const full = drawing("title", {}, STARTS[node.label] ? `${named}: ${STARTS[node.label]}` : named);
  const rect = drawing("rect", { ...at, rx: node.label === "Product" ? 6 : HIGH / 2 });
  group.append(full, rect, drawing("svg", at, ...written(named, width, width < 90 ? 5 : 9)));
  if (STARTS[node.label]) pressable(group, node, named);
  return group;
}

/** A name in one line, or in two. */
function written(name, width, pad) {
  const lines = linesOf(name, width - 2 * pad);
  const first = HIGH / 2 + 4 - ((lines.length - 1) * LINE) / 2;
  return lines.map((line, at) => drawing("text", { x: pad, y: first + at * LINE }, line));
}

function linesOf(name, width) {
  if (wideOf(name) <= width) return [name];
  const words = name.split(" ");
  let count = words.length;
  while (count > 1 && wideOf(words.slice(0, count).join(" ")) > width) count -= 1;
  if (count === words.length || wideOf(words[0]) > width) return [cut(name, width)];
  return [words.slice(0, count).join(" "), cut(words.slice(count).join(" "), width)];
}

/** Its first characters, where all would not fit. */
function cut(text, width) {
  if (wideOf(text) <= width) return text;
  const signs = [...text];
  while (signs.length && wideOf(`${signs.join("")}…`) > width) signs.pop();
  return `${signs.join("").trimEnd()}…`;
}

const pen = document.createElement("canvas").getContext("2d");

/** How wide a text is drawn. */
function wideOf(text) {
  pen.font = FONT;
  return pen.measureText(text).width;
}

function pressable(group, node, named) {
  group.setAttribute("role", "button");
  group.setAttribute("tabindex", "-1");
  group.setAttribute("aria-label", `${node.label} ${named}: ${STARTS[node.label]}`);
  group.addEventListener("click", () => startAt(node));
}

/** Arrows go from node to node, up and down a column or to the nearest of the next; Enter starts. */
function walk(event, columns, places) {
  const from = event.target.node;
  if (!from) return;
  if (event.key === "Enter" || event.key === " ") startAt(from);
  const to = nextTo(from, event.key, columns, places);
  if (to) focusOn(event.currentTarget, to);
  if (to || event.key === "Enter" || event.key === " ") event.preventDefault();
}

function nextTo(from, key, columns, places) {
  const alike = (column) => columns[column]?.filter((each) => STARTS[each.label]) ?? [];
  const step = { ArrowUp: -1, ArrowDown: 1 }[key];
  const own = alike(from.column);
  if (step) return own[own.indexOf(from) + step];
  const side = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (!side) return null;
  let column = from.column + side;
  while (columns[column] && !alike(column).length) column += side;
  const far = (each) => Math.abs(places.get(each).y - places.get(from).y);
  return alike(column).sort((a, b) => far(a) - far(b))[0];
}

function focusOn(svg, node) {
  for (const each of svg.querySelectorAll("[tabindex]")) {
    each.setAttribute("tabindex", each.node === node ? "0" : "-1");
    if (each.node === node) each.focus();
  }
}

/** A node as the new start of the list. */
function startAt({ label, id, name }) {
  if (label === "Brand" || label === "Category") startAnew({ query: name });
  if (label === "Product") startAnew({ product: { id, name } });
  if (label === "User") startAnew({ query: "", user: id });
  if (label === "Text") startAnew({ query: id, user: "" });
}

/** Light up what is on one of these paths, and dim the rest; without paths all is as it was. */
function light(paths) {
  const svg = byId("picture").firstElementChild;
  svg?.classList.toggle("lighting", paths.size > 0);
  for (const each of svg?.querySelectorAll(".link, .box") ?? []) {
    each.classList.toggle("lit", !each.paths.isDisjointFrom(paths));
  }
  const products = new Set([...paths].map(productOf));
  for (const each of document.querySelectorAll(".card")) {
    each.classList.toggle("lit", products.has(each.dataset.product));
  }
}

/** The paths of what the pointer or the focus is on: a card's are all of its product's. */
function pathsAt(target) {
  const on = target.closest?.(".box, .link, .card");
  if (on?.paths) return on.paths;
  const each = shown?.answer.results.find(({ product_id: id }) => id === on?.dataset.product);
  return new Set(each?.paths.map((_, at) => `${each.product_id} ${at}`));
}

/** The kinds of links that are drawn, with their colours. */
function legend(links) {
  const kinds = Object.keys(KINDS).filter((kind) => links.some((each) => each.kind === kind));
  return kinds.map((kind) => make("li", { className: `kind-${kind}` }, KINDS[kind]));
}

function beginGraph() {
  for (const part of ["picture", "results"]) {
    for (const event of ["pointerover", "focusin"]) {
      byId(part).addEventListener(event, ({ target }) => light(pathsAt(target)));
    }
    for (const event of ["pointerleave", "focusout"]) {
      byId(part).addEventListener(event, () => light(new Set()));
    }
  }
  if (matchMedia("(max-width: 75rem)").matches) byId("graph-fold").open = false;
  new ResizeObserver(draw).observe(byId("picture"));
}
