// A user: picked by the beginning of an id, and what this user likes, with the products that say so.
"use strict";

const PAUSE_MS = 250; // after the last key of an id
let pausing;
const TASTES = 4; // categories and brands that are shown
const DONE = { BOUGHT: "bought", LIKED: "liked", RATED: "rated", ADDED_TO_CART: "put into the cart", VIEWED: "looked at" };

/** Suggest users whose id begins with what is there; a key that may not list them suggests none. */
async function suggestUsers() {
  const prefix = byId("user").value.trim();
  if (!state.suggests) return;
  try {
    const { users } = await ask(`v1/users?prefix=${encodeURIComponent(prefix)}`);
    if (prefix !== byId("user").value.trim()) return;
    byId("users").replaceChildren(...users.map((value) => make("option", { value })));
    if (!prefix || users.includes(prefix)) pausing = setTimeout(askForUser, PAUSE_MS);
  } catch (error) {
    state.suggests = Boolean(error.away);
    byId("users").replaceChildren();
  }
}

/** While an id is typed nobody is asked for: only once it is one that there is, or is entered. */
function typedUser() {
  clearTimeout(pausing);
  suggestUsers();
}

/** Ask for another user than before. */
function askForUser() {
  clearTimeout(pausing);
  if ((byId("user").value.trim() || null) === state.user) return;
  settle();
  refresh();
}

/** What the user of an answer likes; of one who is not there nothing is asked. */
async function taste({ request: { user_id: user }, notes }) {
  if (user && user === state.tasted) return;
  state.tasted = user;
  const box = byId("taste");
  const unknown = notes.find((note) => note.code === "unknown_user");
  if (!user || unknown) {
    const text = unknown ? `There is no user ${user}.` : "Name a user to see what they like.";
    box.replaceChildren(make("p", { className: "quiet" }, text));
    return;
  }
  try {
    const found = await ask(`v1/users/${encodeURIComponent(user)}/profile`);
    if (user === state.tasted) box.replaceChildren(...tastes(found));
  } catch (error) {
    if (user !== state.tasted) return;
    state.tasted = null;
    box.replaceChildren(make("p", { className: "quiet" }, error.message));
  }
}

function tastes({ products, categories, brands, price: cost }) {
  if (!products) return [make("p", { className: "quiet" }, "Nothing is known of this user yet.")];
  const parts = [...liked("Categories", categories), ...liked("Brands", brands)];
  if (!cost) return parts;
  const said = [cost.lowest_minor, cost.typical_minor, cost.highest_minor];
  const [low, usual, high] = said.map((minor) => price(minor, cost.currency));
  const text = `mostly ${usual} or less, from ${low} to ${high}`;
  return [...parts, make("h3", {}, "Price"), make("p", { className: "quiet" }, text)];
}

function liked(title, found) {
  return found.length ? [make("h3", {}, title), ...found.slice(0, TASTES).map(likedOne)] : [];
}

/** A category or brand with its share; opened, the products that say so. */
function likedOne({ name, share, evidence }) {
  const attributes = { class: "bar", preserveAspectRatio: "none", viewBox: "0 0 100 1", "aria-hidden": "true" };
  const bar = drawing("svg", attributes, drawing("rect", { width: 100, height: 1, class: "ground" }));
  bar.append(drawing("rect", { width: 100 * share, height: 1, class: "kind-shelf" }));
  const line = make("span", { className: "row" }, make("span", {}, name), make("b", {}, `${Math.round(100 * share)}%`));
  const products = evidence.map((one) => {
    const did = one.types.map((type) => DONE[type] ?? type).join(", ");
    return make("li", {}, `${one.title} (${did})`);
  });
  return make("details", { className: "taste" }, make("summary", {}, line, bar), make("ul", {}, ...products));
}

function beginProfile() {
  byId("user").addEventListener("focus", suggestUsers);
  byId("user").addEventListener("input", typedUser);
  byId("user").addEventListener("change", askForUser);
}
