// What a new rule is for: a product by its title or id, a brand or a category; and what it touches.
"use strict";

const FEW = 3; // products that are named
const PARTS = { Brand: "brand", Category: "category" }; // filters of the service
let targeting;

/** The id or name in the form; a product that was offered by its title is sent by its id. */
function targetOf() {
  const text = byId("rule-target").value.trim();
  return byId("rule-label").value === "Product" ? (titled.get(text) ?? text) : text;
}

/** Offer products for what is typed, and say which products the rule would touch. */
async function aim() {
  const text = byId("rule-target").value.trim();
  const label = byId("rule-label").value;
  byId("rule-touches").textContent = "";
  byId("rule-targets").replaceChildren();
  if (!text) return;
  try {
    const said = label === "Product" ? await offerTargets(text) : await touched(label, text);
    if (text === byId("rule-target").value.trim()) byId("rule-touches").textContent = said;
  } catch (error) {
    byId("rule-touches").textContent = error.message;
  }
}

async function offerTargets(text) {
  if (titled.has(text)) return `It is for this product alone: ${text}.`;
  const found = await productsFor(text);
  byId("rule-targets").replaceChildren(...found.map(([value]) => make("option", { value })));
  return "";
}

async function touched(label, text) {
  const { results } = await ask(`v1/hot?k=${FEW + 1}&${PARTS[label]}=${encodeURIComponent(text)}`);
  if (!results.length) return `No product to be listed is of the ${PARTS[label]} “${text}”.`;
  const names = results.slice(0, FEW).map((each) => each.title);
  return `It touches ${names.join(", ")}${results.length > FEW ? " and others" : ""}.`;
}

/** Products are offered while their title is typed; half the name of a brand is no brand. */
function beginTarget() {
  byId("rule-target").addEventListener("input", () => {
    clearTimeout(targeting);
    byId("rule-touches").textContent = "";
    if (byId("rule-label").value === "Product") targeting = setTimeout(aim, PAUSE_MS);
  });
  byId("rule-target").addEventListener("change", aim);
  byId("rule-label").addEventListener("change", aim);
}
