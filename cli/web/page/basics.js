// What all parts of the page share: what is asked for, how to ask, and how to make elements.
"use strict";

const byId = (id) => document.getElementById(id);
const state = {
  product: null, // the product that the list starts from
  set: {}, // sliders that were moved
  latest: 0,
  abort: null,
  currency: null,
  browser: null, // where Neo4j Browser is
  key: sessionStorage.getItem("key"),
  user: null, // whose list was asked for last
  tasted: null, // whose taste is shown
  suggests: true, // whether the key may list users
  settled: false, // whether the next question is a step of its own to go back from
};

/** By what is given as evidence: the kind of reason that it is, which has a colour of its own. */
const KIND_OF_EVIDENCE = {
  text: "text",
  graph: "people",
  learned: "learned",
  popularity: "many",
  fallback: "many",
  rule: "rule",
};
/** By kind of reason: how people call it. */
const KINDS = {
  text: "words",
  people: "what people do",
  shelf: "brand or category",
  learned: "learned",
  many: "popularity and price",
  rule: "a rule",
};

/** An element with properties and children; strings become text. */
function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

/** An SVG element with attributes and children; strings become text. */
function drawing(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function button(text, act) {
  const made = make("button", { type: "button" }, text);
  made.addEventListener("click", act);
  return made;
}

/** The answer of the service; a problem becomes an Error that says what it found. */
async function ask(path, body, signal, method = body ? "POST" : "GET") {
  const headers = { "Content-Type": "application/json" };
  if (state.key) headers.Authorization = `Bearer ${state.key}`;
  const sent = body ? { body: JSON.stringify(body) } : {};
  const [response, answer] = await fetched(path, { method, ...sent, headers, signal });
  if (response.ok) return answer;
  if (response.status === 401) askForKey();
  throw response.status === 401 ? new Error(KEYLESS) : problem(answer.detail, response.status);
}

async function fetched(path, options) {
  try {
    const response = await fetch(path, options);
    return [response, await response.json()];
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw problem("The service cannot be reached.", 503);
  }
}

/** An Error; `away` where the service is, and not the question, what is wrong; `missing` where what
 * was named is not there. */
const problem = (text, status) => Object.assign(new Error(text), { away: status >= 500, missing: status === 404 });

const KEYLESS = "The service answers only with a key that it knows: enter one in the box “Key”.";

/** Show the box for the key; whoever writes elsewhere goes on writing there. */
function askForKey() {
  if (!byId("key-form").hidden) return;
  byId("key-form").hidden = false;
  if (document.activeElement === document.body) byId("key").focus();
}

function price(minor, currency) {
  if (!currency) return (minor / 100).toFixed(2);
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
  return format.format(minor / 10 ** format.resolvedOptions().maximumFractionDigits);
}

/** A line of Cypher to copy and, where Neo4j Browser is known, a link that opens it there. */
function toBrowser(cypher, what) {
  const copy = button("Copy Cypher", async () => {
    await navigator.clipboard.writeText(cypher);
    copy.textContent = "Copied";
  });
  copy.setAttribute("aria-label", `Copy Cypher of ${what}`);
  if (!state.browser) return [copy];
  const link = { className: "button", href: linkTo(cypher), target: "_blank", rel: "noopener" };
  const open = make("a", link, "Open in Neo4j Browser");
  open.setAttribute("aria-label", `Open ${what} in Neo4j Browser`);
  return [open, copy];
}

/**
 * Neo4j Browser takes a text for its editor out of its address, where it ends at the next & or #.
 * What follows # stays in the browser: no server writes it down.
 */
function linkTo(cypher) {
  const kept = cypher.replaceAll("&", "\\u0026").replaceAll("#", "\\u0023");
  return `${state.browser}#?cmd=edit&arg=${encodeURIComponent(kept)}`;
}
