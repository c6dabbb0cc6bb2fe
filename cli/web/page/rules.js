// Rules of the shop: the list of them, put one up, end one. All text goes in as text.
"use strict";

const DID = { boost: "boosted", bury: "buried", pin: "pinned", promotion: "sponsored" };
const ASKS = { boost: ["weight"], bury: ["weight"], pin: ["position"], hide: [], promotion: ["discount", "budget"] };
const LISTS = { Product: "products", Brand: "brands", Category: "categories" };

const NAMED = 3;

/** What a rule has done to a product of the list, as a chip. */
function fired({ rule_id: id, kind, discount }) {
  const paid = kind === "promotion";
  const off = discount === null ? "" : ` · ${discount}% off`;
  const said = paid ? `Sponsored${off}` : `${DID[kind]} by the shop: ${ruleInWords(id)}`;
  return make("span", { className: paid ? "chip sponsored" : "chip ruled", title: `${kind}, rule ${id}` }, said);
}

async function openRules(target) {
  byId("rules-said").textContent = "";
  if (target) {
    byId("rule-new").open = true;
    byId("rule-label").value = target.label;
    byId("rule-target").value = target.id;
  }
  byId("rules").showModal();
  (target ? byId("rule-kind") : byId("rules-close")).focus();
  await listRules();
}

async function listRules() {
  try {
    const ended = byId("rules-ended").checked;
    const { rules: found } = await ask(`v1/rules?ended=${ended}`);
    keepRules(found);
    const none = make("li", { className: "quiet" }, "No rules: every list is by merit alone.");
    byId("rules-list").replaceChildren(...(found.length ? found.map(ruleItem) : [none]));
  } catch (error) {
    said(error.message);
  }
}

/** A rule with what it applies to, when it holds, and a button that ends it. */
function ruleItem(rule) {
  const numbers = [];
  if (rule.weight !== null) numbers.push(String(rule.weight));
  if (rule.position !== null) numbers.push(`to place ${rule.position}`);
  if (rule.discount !== null) numbers.push(`${rule.discount}% off`);
  const names = rule.targets.map((each) => each.name || each.id);
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  const targets = names.slice(0, NAMED).join(", ") + more;
  const ends = rule.until === null ? "" : ` until ${moment(rule.until)}`;
  const state = make("span", { className: `state ${rule.state.replace(" ", "-")}` }, rule.state);
  const item = make(
    "li",
    { className: "rule" },
    make("div", {}, make("strong", {}, [rule.kind, ...numbers].join(" ")), " ", state),
    make("div", {}, targets || "nothing that is still there"),
    make("div", { className: "quiet" }, `${rule.rule_id} · from ${moment(rule.from)}${ends}`),
  );
  if (rule.budget !== null) {
    const spent = `${money(rule.spent)} of ${money(rule.budget)} spent`;
    item.append(make("div", { className: "quiet" }, spent));
  }
  if (rule.note) item.append(make("div", { className: "quiet" }, rule.note));
  if (rule.state !== "over") {
    item.append(ending(rule));
  }
  return item;
}

/** A button that ends a rule at the second press: a rule that is over does not come back. */
function ending(rule) {
  const end = button("End", () => {
    if (end.dataset.sure) return endRule(rule);
    end.dataset.sure = "yes";
    end.textContent = "End it for good?";
    end.setAttribute("aria-label", `End rule ${rule.rule_id} for good?`);
  });
  end.setAttribute("aria-label", `End rule ${rule.rule_id}`);
  end.addEventListener("blur", () => {
    delete end.dataset.sure;
    end.textContent = "End";
    end.setAttribute("aria-label", `End rule ${rule.rule_id}`);
  });
  return end;
}

const moment = (seconds) =>
  new Date(1000 * seconds).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

const money = (minor) => price(minor ?? 0, state.currency);

async function endRule({ rule_id: id }) {
  await change(() => ask(`v1/rules/${encodeURIComponent(id)}`, null, undefined, "DELETE"), `Ended ${id}`);
  byId("rules-close").focus();
}

async function addRule(event) {
  event.preventDefault();
  const put = () => ask("v1/rules", newRule());
  if (await change(put, "It is up: the list has changed already")) {
    byId("rule-target").value = "";
    byId("rule-note").value = "";
    byId("rule-touches").textContent = "";
  }
}

/** Change the rules; the list of them and the list of products follow. Whether it worked. */
async function change(work, done) {
  try {
    await work();
  } catch (error) {
    said(error.message);
    return false;
  }
  said(done);
  await Promise.all([listRules(), refresh()]);
  return true;
}

function said(text) {
  byId("rules-said").textContent = text;
}

/** The form as the body of a request; what its kind does not ask for is left out. */
function newRule() {
  const kind = byId("rule-kind").value;
  const body = { kind, [LISTS[byId("rule-label").value]]: [targetOf()] };
  for (const name of ASKS[kind]) {
    const value = byId(`rule-${name}`).value;
    if (value !== "") body[name] = name === "budget" ? minor(Number(value)) : Number(value);
  }
  for (const name of ["from", "until"]) {
    const value = byId(`rule-${name}`).value;
    if (value) body[name] = Math.floor(new Date(value).getTime() / 1000);
  }
  if (byId("rule-note").value.trim()) body.note = byId("rule-note").value.trim();
  return body;
}

function minor(amount) {
  if (!state.currency) return Math.round(100 * amount);
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency: state.currency });
  return Math.round(amount * 10 ** format.resolvedOptions().maximumFractionDigits);
}

/** Only the numbers that the kind has are asked for; a pin is for one product. */
function askFor() {
  const kind = byId("rule-kind").value;
  for (const name of ["weight", "position", "discount", "budget"]) {
    byId(`rule-${name}`).disabled = !ASKS[kind].includes(name);
    byId(`rule-${name}`).parentElement.hidden = !ASKS[kind].includes(name);
  }
  byId("rule-position").required = kind === "pin";
  byId("rule-label").disabled = kind === "pin";
  if (kind === "pin") byId("rule-label").value = "Product";
}

function beginRules() {
  byId("open-rules").addEventListener("click", () => openRules());
  byId("rules-close").addEventListener("click", () => byId("rules").close());
  byId("rules-ended").addEventListener("change", listRules);
  byId("rule-kind").addEventListener("change", askFor);
  byId("add-rule").addEventListener("submit", addRule);
  beginTarget();
  askFor();
}
