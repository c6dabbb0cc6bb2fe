// What the service calls by a name, in the words of people who run a shop.
"use strict";

/** By scoring term: how people call it. */
const TERMS = {
  relevance: "fits what is asked",
  lexical: "has the words",
  entity: "near to what is meant",
  hot: "like what sells now",
  popularity: "popular",
  next: "bought next",
  next_last: "bought right after the last",
  before: "bought before",
  together: "bought together",
  together_plain: "bought together, at any time",
  similar: "like what they have",
  similar_last: "like the last one",
  words: "titles alike",
  words_last: "title like the last",
  brand: "brand",
  category: "category",
  price: "usual price",
  history: "how much is known",
  age: "how long ago it sold",
  place: "when people buy it",
  gnn: "learned likeness",
};

/** By recipe: who or what made the order. */
const RECIPES = {
  learned: "ranked by the learned model",
  content: "ranked by the learned model of what products are",
  paper: "ranked by the standard weights",
  design: "ranked by the three terms of the design",
  similar: "ranked by likeness",
  hot: "ranked by what sells now",
};

const FIELDS = {
  k: "a list as long as",
  query: "the search",
  categories: "categories",
  brands: "brands",
  max_price_minor: "highest price",
  min_price_minor: "lowest price",
  alpha: "relevance",
  beta: "what sells now",
  gamma: "what is meant",
};
const SWITCHES = {
  include_bought: ["what was bought already", "nothing that was bought already"],
  in_stock: ["only what is in stock", "what is out of stock as well"],
};
const LONGEST = 60; // signs of a note on a card

const rules = new Map(); // by id, those that were read

function termInWords(name) {
  const [kind, id] = name.split(/:(.*)/s);
  if (kind === "rule" || kind === "promotion") return `the shop: ${ruleInWords(id)}`;
  return TERMS[name] ?? name;
}

/** A difference to the next product; rules by their notes. */
function differenceInWords({ term, by, words }) {
  if (!term.startsWith("rule:")) return words;
  return `the shop favours ${by > 0 ? "it" : "the next"}: ${ruleInWords(term.slice("rule:".length))}`;
}

/** What moved a product. */
function moverInWords(by) {
  if (by === "diversity") return "moved by variety";
  return by === "out of stock" ? "what is out of stock comes behind" : termInWords(by);
}

const recipeInWords = (name) => RECIPES[name] ?? `ranked by ${name}`;

/** A rule by its note, else by what it applies to, else by its id. */
function ruleInWords(id) {
  const rule = rules.get(id);
  const names = rule?.targets.map((each) => each.name || each.id).join(", ");
  const signs = [...(rule?.note || names || `rule ${id}`)];
  return signs.length > LONGEST ? `${signs.slice(0, LONGEST).join("")}…` : signs.join("");
}

function keepRules(found) {
  for (const each of found) rules.set(each.rule_id, each);
}

/** Read the rules where an answer names one that was not read yet; without them ids do. */
async function knowRules({ results }) {
  const fired = results.flatMap((each) => each.rules.map((rule) => rule.rule_id));
  if (fired.every((id) => rules.has(id))) return;
  try {
    keepRules((await ask("v1/rules")).rules);
  } catch {
    for (const id of fired) if (!rules.has(id)) rules.set(id, { targets: [] });
  }
}

/** Fields of a request that change, as a person would say it: "categories Shoes > Sandals". */
function changesInWords(changes) {
  return changes.flatMap((each) => Object.entries(each)).map(changeInWords).join(", then ");
}

function changeInWords([name, value]) {
  const called = FIELDS[name] ?? TERMS[name] ?? name;
  if (SWITCHES[name]) return SWITCHES[name][value ? 0 : 1];
  if (name === "event") return "a look at it by the user";
  if (name === "rules") return `no rule ${value.map(ruleInWords).join(", ")}`;
  if (value === null || value.length === 0) return `no ${called}`;
  if (name.endsWith("_minor")) return `${called} ${price(value, state.currency)}`;
  if (Array.isArray(value)) return `${called} ${value.join(", ")}`;
  if (typeof value === "object") return Object.entries(value).map(changeInWords).join(", ");
  return `${called} ${value}`;
}

/** Names of nodes; categories of one name are told apart by what they are in: "Sandals (shoes)". */
function toldApart(nodes) {
  const ids = new Map();
  for (const { label, id, name } of nodes) {
    if (label === "Category") ids.set(name, (ids.get(name) ?? new Set()).add(id));
  }
  return nodes.map(({ label, id, name }) => {
    const above = label === "Category" && ids.get(name).size > 1 ? id.split("/").at(-2) : undefined;
    return above ? `${name} (${above.replaceAll("%2F", "/").replaceAll("%25", "%")})` : name;
  });
}
