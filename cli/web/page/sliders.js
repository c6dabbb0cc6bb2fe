// What counts: a slider for each weight. Until it is moved it has no place: the recipe's holds, of
// which the answer does not tell the weights.
"use strict";

const SLIDERS = [
  ["alpha", "Fits what is asked", 4],
  ["beta", "Like what sells now", 4],
  ["gamma", "Near to what is meant", 4],
  ["gnn", "Learned likeness", 4],
  ["diversity", "Variety", 1],
];

function slider([name, title, max]) {
  const said = make("output", { htmlFor: `slide-${name}` });
  const range = make("input", { type: "range", max, step: 0.05, id: `slide-${name}` });
  range.value = state.set[name] ?? 0;
  const tell = () => {
    const unset = !(name in state.set) && name !== "diversity"; // no recipe has diversity
    said.textContent = unset ? "by recipe" : range.value;
    range.classList.toggle("unset", unset);
    range.setAttribute("aria-valuetext", unset ? "as the recipe has it" : range.value);
  };
  range.addEventListener("input", () => {
    state.set[name] = Number(range.value);
    tell();
    soon();
  });
  tell();
  const called = make("span", {}, make("b", {}, title), " ", make("small", {}, name));
  return make("label", { htmlFor: range.id }, make("span", { className: "row" }, called, said), range);
}

function lay() {
  byId("sliders").replaceChildren(...SLIDERS.map(slider));
}

function reset() {
  state.set = {};
  lay();
  refresh();
}

/** Of an address, the sliders that it sets. */
function slidersOf(said) {
  const set = {};
  for (const [name, , max] of SLIDERS) {
    const value = Number.parseFloat(said.get(name) ?? "");
    if (value >= 0 && value <= max) set[name] = value;
  }
  return set;
}
