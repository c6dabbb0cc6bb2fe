// The graph behind a list in columns, out of the answer alone: intent, V_U, V_U', products.
"use strict";

const INTENT = 0;
const MEANT = 1;
const REACHED = 2;
const LISTED = 3;
const BESIDE = 3; // so many nodes of V_U and of V_U' are shown that lead to nothing listed
const OWN = ["User", "Rule"]; // what a path may start from that is no node of V_U
const KIND_OF_STEP = {
  MADE_BY: "shelf",
  IN_CATEGORY: "shelf",
  SUBCATEGORY_OF: "shelf",
  APPLIES_TO: "rule",
};

/**
 * Nodes by column, the strongest that lead to nothing listed (`beside`), and the links between
 * nodes. Each node and link has the `paths` that it is on, as "product path": what lights up
 * together.
 */
function columnsOf(answer) {
  const graph = { nodes: new Map(), links: new Map() };
  for (const each of answer.results) {
    each.paths.forEach((path, at) => {
      // The reason and what kind of evidence it is are those of the first path.
      const [evidence, kind] = at ? ["graph", "text"] : [each.evidence, kindOfReason(each)];
      trace(graph, chainOf(answer, path, each, evidence, kind), `${each.product_id} ${at}`);
    });
  }
  for (const name of limits(answer.intent, answer.currency)) {
    put(graph, { column: INTENT, label: "Limit", id: name, name });
  }
  const columns = ordered(graph, answer);
  const beside = besides(graph, answer);
  const shownNodes = [...columns, ...beside].flat();
  const names = toldApart(shownNodes);
  shownNodes.forEach((node, at) => (node.called = names[at]));
  return { columns, beside, links: [...graph.links.values()] };
}

/** What kind of reason is given for a product: that of the last step to it, if there is one. */
function kindOfReason({ evidence, paths: [first], product_id: id }) {
  if (evidence !== "graph" || !first) return KIND_OF_EVIDENCE[evidence];
  const { types } = towards(first, id);
  return KIND_OF_STEP[types[types.length - 1]] ?? "people";
}

/** A path from where it starts to the product, whichever way it is told. */
function towards({ nodes, relationships }, id) {
  const types = relationships.map((each) => each.type);
  const last = nodes[nodes.length - 1];
  if (last.label === "Product" && last.id === id) return { nodes, types };
  return { nodes: [...nodes].reverse(), types: types.reverse() };
}

/** A path as nodes with their columns, each with the kind and types of the steps that led to it. */
function chainOf(answer, path, each, evidence, kind) {
  const { nodes, types } = towards(path, each.product_id);
  const origin = OWN.includes(nodes[0].label) ? [] : [originOf(answer, nodes[0], evidence)];
  const chain = origin.map((node) => ({ ...node, column: INTENT }));
  const first = nodes.length > 1 && KIND_OF_EVIDENCE[evidence] !== "many" ? "text" : kind;
  let said = [];
  nodes.forEach((node, at) => {
    if (at) said.push(types[at - 1]);
    const column = columnOf(answer, nodes, at);
    if (column === null) return;
    const rank = column === LISTED ? each.rank : undefined;
    const led = said.length ? (KIND_OF_STEP[said[said.length - 1]] ?? "people") : null;
    chain.push({ ...node, column, rank, types: said, kind: led ?? first });
    said = [];
  });
  return chain.flatMap((node, at) => (at ? [...waysTo(answer, chain[at - 1], node), node] : [node]));
}

/** The column of a node of a path; null for what lies between those that are shown. */
function columnOf(answer, nodes, at) {
  if (at === nodes.length - 1) return LISTED;
  if (OWN.includes(nodes[at].label)) return INTENT;
  const between = nodes.slice(0, -1).filter((each) => !OWN.includes(each.label));
  const place = between.indexOf(nodes[at]);
  if (between.length > 1) return [MEANT, ...Array(between.length - 2).fill(null), REACHED][place];
  return nodes[at].label === "Product" || isMeant(answer, nodes[at]) ? MEANT : REACHED;
}

function isMeant({ entities, intent }, { label, id }) {
  const meant = [...entities, ...intent.brands, ...intent.categories];
  return meant.some((each) => each.label === label && each.id === id);
}

/**
 * Where a step leads past columns: a dot in each, which stands for what the step leads to. It is
 * `found` where that is itself a node of V_U or V_U'.
 */
function waysTo(answer, from, to) {
  const met = { [MEANT]: answer.entities, [REACHED]: answer.neighbours };
  const ways = [];
  for (let column = from.column + 1; column < to.column; column += 1) {
    const found = met[column].some((each) => each.label === to.label && each.id === to.id);
    ways.push({ ...to, column, label: "Way", id: `${to.kind} ${to.label} ${to.id}`, found });
  }
  return ways;
}

/** What was asked that a path without a user starts from. */
function originOf({ request, entities }, first, evidence) {
  const { query, product_id: start, user_id: user } = request;
  const popular = { label: "Popular", id: "", name: "what is popular" };
  if (evidence === "popularity" || evidence === "fallback") return popular;
  if (query && first.id !== start) return { label: "Text", id: query, name: `“${query}”` };
  if (start) {
    const found = entities.find((each) => each.label === "Product" && each.id === start);
    return { label: "Start", id: start, name: `like ${found?.name || start}` };
  }
  return user ? { label: "User", id: user, name: user } : popular;
}

/** Put a path's nodes into the graph, and link each to the next. */
function trace(graph, chain, path) {
  const nodes = chain.map((each) => put(graph, each, path));
  for (let at = 1; at < nodes.length; at += 1) link(graph, nodes[at - 1], nodes[at], chain[at], path);
}

const keyOf = ({ column, label, id }) => JSON.stringify([column, label, id]);

function put(graph, { column, label, id, name, rank, found }, path) {
  const key = keyOf({ column, label, id });
  const node = graph.nodes.get(key) ?? { column, label, id, name: name || id, rank, found, paths: new Set() };
  if (path !== undefined) node.paths.add(path);
  graph.nodes.set(key, node);
  return node;
}

function link(graph, from, to, { kind, types = [] }, path) {
  const key = `${keyOf(from)} ${keyOf(to)} ${kind}`;
  const known = graph.links.get(key) ?? { from, to, kind, types: new Set(), paths: new Set() };
  for (const each of types) known.types.add(each);
  known.paths.add(path);
  graph.links.set(key, known);
}

/** The strongest others of V_U and V_U': the walks met them, and nothing listed came of it. */
function besides({ nodes }, { entities, neighbours }) {
  const known = new Set([...nodes.values()].map(({ label, id }) => `${label} ${id}`));
  return [entities, neighbours].map((found, at) => {
    const others = found.filter(({ label, id }) => !known.has(`${label} ${id}`)).slice(0, BESIDE);
    for (const { label, id } of others) known.add(`${label} ${id}`);
    return others.map((each) => ({ ...each, column: MEANT + at, name: each.name || each.id, paths: new Set() }));
  });
}

/** The nodes of each column, near to the products that they lead to. */
function ordered({ nodes }, { results }) {
  const ranks = new Map(results.map((each) => [each.product_id, each.rank]));
  const place = ({ paths }) => {
    const led = [...paths].map((path) => ranks.get(productOf(path)));
    return led.length ? led.reduce((sum, rank) => sum + rank, 0) / led.length : results.length;
  };
  const columns = [[], [], [], []];
  for (const node of nodes.values()) columns[node.column].push([place(node), node]);
  return columns.map((column) => column.sort(([a], [b]) => a - b).map(([, node]) => node));
}

/** The product of a path's name. */
const productOf = (path) => path.slice(0, path.lastIndexOf(" "));
