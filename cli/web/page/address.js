// The question as an address, to be sent on and to go back to.
"use strict";

const SETTLED_MS = 1500; // a question that stood for so long is a step of its own to go back to
let settling;

function address({ query, user_id: user, product_id: start, filters, weights, diversity }) {
  const said = new URLSearchParams();
  if (query) said.set("q", query);
  if (user) said.set("user", user);
  if (start) said.set("from", start);
  if (filters.in_stock) said.set("stock", "1");
  for (const [name, weight] of Object.entries(weights)) said.set(name, weight);
  if ("diversity" in state.set) said.set("diversity", diversity);
  return `#${said}`;
}

/** The question that was answered becomes the address; what is typed on is not a step by itself. */
function remember(body) {
  const now = address(body);
  if (now !== (location.hash || "#")) {
    if (state.settled) history.pushState(null, "", now);
    else history.replaceState(null, "", now);
    state.settled = false;
  }
  clearTimeout(settling);
  settling = setTimeout(settle, SETTLED_MS);
}

/** What is asked next is another question, and this one a step back. */
function settle() {
  state.settled = true;
}

/** Take the question from the address. */
function fromAddress() {
  const said = new URLSearchParams(location.hash.slice(1));
  byId("query").value = said.get("q") ?? "";
  byId("user").value = said.get("user") ?? "";
  byId("in-stock").checked = said.get("stock") === "1";
  const start = said.get("from");
  state.product = start ? { id: start, name: start } : null;
  state.set = slidersOf(said);
  state.settled = false;
  lay();
  refresh();
}
