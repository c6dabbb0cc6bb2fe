// What if: the list with and without a purchase, brand, category or rule, side by side.
"use strict";

const KIND = { Brand: "brands", Category: "categories" };

/** Buttons for what a product's reasons go through: the list without it. */
function whatIfs(each) {
  const found = new Map();
  for (const { nodes } of each.paths) {
    if (nodes[0].label === "User" && nodes[1]) {
      found.set(`p${nodes[1].id}`, ["purchases", nodes[1].id, nodes[1].name]);
    }
    for (const { label, id, name } of nodes) {
      if (KIND[label]) found.set(label + id, [KIND[label], id, name || id]);
    }
  }
  if (each.brand && ![...found.values()].some(([kind]) => kind === "brands")) {
    found.set("brand", ["brands", each.brand, each.brand]);
  }
  for (const { rule_id: id } of each.rules) found.set(`r${id}`, ["rules", id, `the rule “${ruleInWords(id)}”`]);
  const buttons = [...found.values()].map(([kind, id, name]) => {
    const button = make("button", { type: "button" }, name);
    button.addEventListener("click", () => whatIf(kind, id, name));
    return button;
  });
  return make("div", { className: "what-ifs" }, make("span", { className: "step" }, "What if without"), ...buttons);
}

async function whatIf(kind, id, name) {
  byId("what-if-title").textContent = `Without ${name}`;
  byId("what-if-said").textContent = "";
  byId("what-if-lists").replaceChildren();
  byId("what-if").showModal();
  try {
    showWhatIf(await ask("v1/what-if", { request: question(), without: { [kind]: [id] } }));
  } catch (error) {
    byId("what-if-said").textContent = error.message;
  }
}

function showWhatIf({ before, after, moves }) {
  const moved = new Map(moves.map((each) => [each.product_id, each]));
  const count = moves.length === 1 ? "1 product moves" : `${moves.length} products move`;
  byId("what-if-said").textContent = moves.length ? `${count}.` : "Nothing changes.";
  byId("what-if-lists").replaceChildren(
    side("Before", before, (id) => fall(moved.get(id))),
    side("After", after, (id) => mark(moved.get(id))),
  );
}

/** One of the lists; `note` says of a product how it moved. */
function side(title, { results }, note) {
  const rows = results.map((each) => {
    const how = note(each.product_id);
    const line = make("li", { className: how ? "moved" : "" }, each.title);
    if (how) line.append(" ", make("span", { className: "how" }, how));
    return line;
  });
  return make("section", {}, make("h3", {}, title), make("ol", {}, ...rows));
}

/** In the list before, what is to lose its place. */
function fall(move) {
  if (!move || move.before === null) return "";
  if (move.after === null) return "goes";
  return move.after > move.before ? `▼ ${move.after - move.before}` : "";
}

function mark(move) {
  if (!move) return "";
  if (move.before === null) return "new";
  const by = move.before - move.after;
  return by > 0 ? `▲ ${by}` : `▼ ${-by}`;
}

function beginWhatIf() {
  byId("what-if-close").addEventListener("click", () => byId("what-if").close());
}
