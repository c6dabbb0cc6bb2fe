// An answer without products: what was asked, within which limits, and what could be lifted.
"use strict";

function nothing(answer) {
  const asked = asks(answer);
  const said = asked.length ? `No product fits all of this: ${asked.join(" · ")}.` : "There is no product to show.";
  const ways = lifts(answer);
  const parts = [make("h3", {}, "Nothing fits"), make("p", {}, said)];
  if (ways.length) parts.push(make("div", { className: "what-ifs" }, ...ways));
  return make("li", { className: "empty" }, ...parts);
}

/** What was asked and its limits, each in words. */
function asks({ request, intent, currency }) {
  const said = [];
  if (request.query) said.push(`“${request.query}”`);
  said.push(...limits(intent, currency));
  if (request.filters.in_stock) said.push("in stock");
  if (request.product_id) said.push(`starting from ${state.product?.name ?? request.product_id}`);
  if (request.user_id) said.push(`for user ${request.user_id}, without what they bought`);
  return said;
}

/** Buttons, each of which asks again with less. */
function lifts({ request, intent, currency }) {
  const ways = [];
  const words = wordsOf(intent);
  if (limits(intent, currency).length) {
    const text = words ? `Search for “${words}” without limits` : "Without these limits";
    ways.push(button(text, () => startAnew({ product: state.product, query: words })));
  } else if (request.query) {
    ways.push(button("Clear the search", () => startAnew({ product: state.product, query: "" })));
  }
  if (request.filters.in_stock) {
    const all = () => {
      byId("in-stock").checked = false;
      startAnew({ product: state.product, query: byId("query").value });
    };
    ways.push(button("With what is out of stock", all));
  }
  if (request.product_id) ways.push(button("From no product", () => startAnew({ product: null })));
  if (request.user_id) {
    const anybody = { product: state.product, query: byId("query").value, user: "" };
    ways.push(button("For anybody", () => startAnew(anybody)));
  }
  return ways;
}

/** The search without its limits. */
function wordsOf({ brands, categories, text }) {
  const rest = text ? [text] : categories.map((each) => each.name);
  return [...brands.map((each) => each.name), ...rest].join(" ");
}
