// The customer's UPI app: shows what waits for an answer, and answers it.
"use strict";

const REFRESH_MS = 1000;
const CHANNELS = { link: "Payment link", collect: "Collect request", qrcode: "QR code" };
const byId = (id) => document.getElementById(id);
let shown = "";   // what the lists were drawn from: unchanged lists keep their buttons in place
let latest = { merchant: "", now_ms: 0, requests: [] };
let skew = 0;     // the sandbox's clock may be far ahead of this device's

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") made.addEventListener("click", value);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function say(text) {
  byId("toast").textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { byId("toast").textContent = ""; }, 3000);
}

async function post(path, body) {
  const answer = await fetch(path, { method: "POST", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json" } });
  const value = await answer.json();
  if (!answer.ok) throw new Error(value.error || "The sandbox refused");
  return value;
}

async function act(id, action, button) {
  button.disabled = true;
  try {
    const payment = await post("/sandbox/payments/" + encodeURIComponent(id), { action });
    say(action === "ignore" ? "Request ignored" : "Payment " + payment.status);
  } catch (problem) {
    say(problem.message);
  }
  await refresh();
}

function actions(request) {
  const button = (name, action, kind) => {
    const made = element("button", { type: "button", class: kind }, name);
    made.addEventListener("click", () => act(request.cf_payment_id, action, made));
    return made;
  };
  return element("div", { class: "acts" }, button("Approve", "approve", "yes"),
    button("Decline", "decline", "no"), button("Ignore", "ignore", "quiet"));
}

function initial() { return (latest.merchant || "?").slice(0, 1).toUpperCase(); }

function timeLeft(request) {
  const left = Math.max(0, Math.round((request.close_out_at_ms - Date.now() - skew) / 1000));
  return "closes in " + Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0");
}

function source(request) {
  const to = request.channel === "collect" && request.upi_id ? " to " + request.upi_id : "";
  return CHANNELS[request.channel] + to;
}

function card(request) {
  const label = CHANNELS[request.channel] + " from " + latest.merchant + ", " + request.amount +
    ", order " + request.order_id;
  return element("article", { "aria-label": label, class: request.ignored ? "ignored" : "",
    "data-payment": request.cf_payment_id },
    element("div", { class: "head" },
      element("span", { class: "avatar", "aria-hidden": "true" }, initial()),
      element("div", { class: "who" }, element("strong", {}, latest.merchant),
        element("span", {}, request.order_id)),
      element("span", { class: "sum" }, request.amount)),
    element("p", { class: "meta" }, source(request) + (request.ignored ? " · ignored · " : " · "),
      element("span", { class: "left", "data-left": request.cf_payment_id }, timeLeft(request))),
    actions(request));
}

function row(request) {
  const kind = request.status === "SUCCESS" ? "word good" : "word bad";
  return element("li", {}, element("div", { class: "who" }, element("strong", {}, latest.merchant),
    element("span", {}, request.order_id + " · " + source(request))),
    element("div", {}, element("div", {}, request.amount),
      element("div", { class: kind }, request.status)));
}

function bill(request) {
  const screen = [element("span", { class: "avatar", "aria-hidden": "true" }, initial()),
    element("p", { class: "to" }, "Paying"), element("p", { class: "merchant" }, latest.merchant),
    element("p", { class: "amount" }, request.amount),
    element("p", { class: "meta" }, source(request) + " · order " + request.order_id)];
  if (request.open) screen.push(actions(request));
  else screen.push(element("p", { class: request.status === "SUCCESS" ? "done good" : "done bad" },
    request.status));
  byId("bill").replaceChildren(...screen);
}

function draw() {
  const open = latest.requests.filter((request) => request.open)
    .sort((a, b) => Number(a.ignored) - Number(b.ignored) || b.started_at_ms - a.started_at_ms);
  const ended = latest.requests.filter((request) => !request.open)
    .sort((a, b) => b.started_at_ms - a.started_at_ms).slice(0, 10);
  byId("none").hidden = open.length > 0;
  byId("pending").replaceChildren(...open.map(card));
  byId("recent").replaceChildren(...ended.map(row));
  const chosen = latest.requests.find((request) => "#" + request.cf_payment_id === location.hash);
  byId("pay").hidden = !chosen;
  byId("home").hidden = Boolean(chosen);
  if (chosen) bill(chosen);
}

async function refresh() {
  try {
    latest = await (await fetch("/sandbox/requests")).json();
    skew = latest.now_ms - Date.now();
  } catch {
    say("The sandbox does not answer");
    return;
  }
  const now = JSON.stringify([latest.merchant, latest.requests, location.hash]);
  if (now !== shown) {
    shown = now;
    draw();
  }
  for (const request of latest.requests) {
    const left = document.querySelector('[data-left="' + request.cf_payment_id + '"]');
    if (left) left.textContent = timeLeft(request);
  }
}

byId("scan").addEventListener("submit", async (event) => {
  event.preventDefault();
  byId("scan-problem").textContent = "";
  try {
    const found = await post("/sandbox/open", { link: byId("link").value.trim() });
    byId("link").value = "";
    location.hash = found.cf_payment_id;
  } catch (problem) {
    byId("scan-problem").textContent = problem.message;
  }
});
byId("back").addEventListener("click", () => { location.hash = ""; });
addEventListener("hashchange", refresh);
setInterval(refresh, REFRESH_MS);
refresh();
