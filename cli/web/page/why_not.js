// Why not: a product by its title or id, and the gate that it did not pass.
"use strict";

const OFFERED = 8;
const titled = new Map(); // ids by what stands in the box for them
let offering;

/** Offer products for what is typed. */
async function offer() {
  const text = byId("why-product").value.trim();
  if (!text) {
    byId("why-answer").replaceChildren();
    byId("products").replaceChildren();
    return;
  }
  if (titled.has(text)) return;
  try {
    const found = await productsFor(text);
    if (text === byId("why-product").value.trim()) {
      byId("products").replaceChildren(...found.map(([value]) => make("option", { value })));
    }
  } catch {
    byId("products").replaceChildren();
  }
}

/** Products for a text, as what stands in the box for them and their ids. */
async function productsFor(text) {
  const { results } = await ask(`v1/search?k=${OFFERED}&q=${encodeURIComponent(text)}`);
  const found = results.map((each) => [`${each.title} · ${each.product_id}`, each.product_id]);
  for (const [value, id] of found) titled.set(value, id);
  return found;
}

async function whyNot(event) {
  event.preventDefault();
  clearTimeout(offering);
  const box = byId("why-answer");
  const text = byId("why-product").value.trim();
  box.replaceChildren();
  if (!text) return;
  try {
    const id = titled.get(text) ?? (/\s/.test(text) ? null : text);
    box.replaceChildren(...(id ? await whyNotOf(id) : await which(text)));
  } catch (error) {
    const other = error.missing ? await which(text).catch(() => []) : [];
    box.replaceChildren(...(other.length ? other : [make("p", {}, error.message)]));
  }
}

const whyNotOf = async (id) => explained(await ask("v1/explain", { product_id: id, request: question() }));

/** The products that a title may mean, to choose from; one that has just this title is meant. */
async function which(text) {
  const found = await productsFor(text);
  const same = found.find(([value, id]) => value.toLowerCase() === `${text} · ${id}`.toLowerCase());
  if (same) return whyNotOf(same[1]);
  if (!found.length) return [make("p", {}, `No product is called “${text}”.`)];
  const ways = found.map(([value]) =>
    button(value, () => {
      byId("why-product").value = value;
      byId("why").requestSubmit();
    }),
  );
  return [make("p", {}, "Which one?"), make("div", { className: "what-ifs" }, ...ways)];
}

function explained(found) {
  const title = make("strong", {}, found.title);
  const place = `number ${found.place} by score of ${found.candidates} candidates`;
  const said = found.gate ? found.gate.text : `It is in the list: ${place}.`;
  const lines = [make("p", {}, title, make("br"), said)];
  if (found.changes.length) {
    const led = found.admitted ? "It would be there with " : "Still not there with ";
    lines.push(make("p", {}, led, make("b", {}, changesInWords(found.changes))));
  }
  return lines;
}

function beginWhyNot() {
  byId("why").addEventListener("submit", whyNot);
  byId("why-product").addEventListener("input", () => {
    clearTimeout(offering);
    if (!byId("why-product").value.trim()) offer();
    else offering = setTimeout(offer, WAIT_MS);
  });
}
