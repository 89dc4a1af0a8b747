"use strict";
(() => {
  const root = document.documentElement;
  const byId = id => document.getElementById(id);
  root.classList.add("scripted");

  // What is closed is text until it is opened. The text is a part of this page, written with everything escaped.
  const policy = window.trustedTypes
    ? trustedTypes.createPolicy("report", { createHTML: text => text })
    : { createHTML: text => text };

  function unfold(details) {
    const closed = details.querySelector(":scope > .in > noscript");
    if (!closed) return;
    const piece = document.createElement("template");
    piece.innerHTML = policy.createHTML(closed.textContent);
    closed.replaceWith(piece.content);
    offerCopies(details);
  }

  function offerCopies(within) {
    for (const box of within.querySelectorAll(".copy:not(.offered)")) {
      box.classList.add("offered");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Copy";
      button.addEventListener("click", () => copy(box.querySelector("code"), button));
      box.append(button);
    }
  }

  async function copy(code, button) {
    let done = true;
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      getSelection().selectAllChildren(code);
      done = document.execCommand("copy");
    }
    button.textContent = done ? "Copied" : "Select and copy";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  }

  document.addEventListener("toggle", event => {
    if (event.target.open && event.target.tagName === "DETAILS") unfold(event.target);
  }, true);
  document.addEventListener("click", event => {
    const summary = event.target.closest && event.target.closest("summary");
    if (summary) unfold(summary.parentElement);
  }, true);

  // The look.
  const remembered = {
    get() { try { return localStorage.getItem("sheetprobe-look"); } catch { return null; } },
    set(look) { try { localStorage.setItem("sheetprobe-look", look); } catch { /* a page that may not remember */ } },
  };
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  function paint(look) {
    if (look === "dark" || look === "light") root.dataset.theme = look;
    const button = byId("_theme");
    if (button) button.textContent = dark() ? "Light" : "Dark";
  }
  function change() {
    const look = dark() ? "light" : "dark";
    remembered.set(look);
    paint(look);
  }
  paint(remembered.get());

  // The index: one entry per API and per case, in the order of the page.
  const apis = [];
  const cases = [];
  function list() {
    for (const details of document.querySelectorAll("details.api")) {
      const api = { details, summary: details.firstElementChild, cases: [], shown: true };
      apis.push(api);
      for (const c of details.querySelectorAll("details.case")) {
        const entry = { details: c, summary: c.firstElementChild, api, shown: true, text: "" };
        api.cases.push(entry);
        cases.push(entry);
      }
    }
  }
  const entities = { "&#34;": '"', "&#39;": "'", "&#43;": "+", "&lt;": "<", "&gt;": ">", "&amp;": "&" };
  function textOf(entry) {
    if (!entry.text) {
      const behind = entry.details.lastElementChild.textContent.replace(/<[^>]*>/g, " ").replace(/&(#3[49]|#43|lt|gt|amp);/g, entity => entities[entity]);
      entry.text = (entry.summary.textContent + " " + behind).toLowerCase();
    }
    return entry.text;
  }

  // The filter.
  const chosen = { v: new Set(), b: new Set(), s: new Set() };
  let rule = "", words = [];
  const any = (set, value) => !set.size || (value || "").split(" ").some(word => set.has(word));
  function matches(entry, named) {
    const data = entry.details.dataset;
    return any(chosen.v, data.v) && any(chosen.b, data.b) && any(chosen.s, data.s) &&
      (!rule || (data.r || "").split(" ").includes(rule)) &&
      (named || words.every(word => textOf(entry).includes(word)));
  }
  const filtering = () => chosen.v.size + chosen.b.size + chosen.s.size + words.length > 0 || rule !== "";
  const beyondWords = () => chosen.v.size + chosen.b.size + chosen.s.size > 0 || rule !== "";

  function apply() {
    let shown = 0, of = 0;
    for (const api of apis) {
      const name = words.length ? api.summary.textContent.toLowerCase() : "";
      const named = words.length > 0 && words.every(word => name.includes(word));
      let mine = 0;
      for (const entry of api.cases) {
        entry.shown = matches(entry, named);
        if (entry.details.hidden === entry.shown) entry.details.hidden = !entry.shown;
        if (entry.shown) mine++;
      }
      api.shown = mine > 0 || !filtering() || named && !beyondWords();
      if (api.details.hidden === api.shown) api.details.hidden = !api.shown;
      shown += mine;
      if (api.shown) of++;
    }
    tell(shown, of);
    if (filtering() && shown <= 40) for (const api of apis) if (api.shown) api.details.open = true;
  }
  const plural = (n, noun) => n.toLocaleString("en") + " " + noun + (n === 1 ? "" : "s");
  function tell(shown, of) {
    byId("_count").textContent = filtering()
      ? shown.toLocaleString("en") + " of " + plural(cases.length, "case") + ", in " + plural(of, "API")
      : plural(cases.length, "case");
    byId("_clear").hidden = !filtering();
    byId("_none").hidden = of > 0 || !filtering();
  }

  function clear() {
    for (const set of Object.values(chosen)) set.clear();
    rule = "";
    words = [];
    byId("_search").value = "";
    byId("_rule").value = "";
    for (const button of document.querySelectorAll("[data-filter] button")) button.setAttribute("aria-pressed", "false");
    apply();
  }
  function press(button) {
    const set = chosen[button.parentElement.dataset.filter], value = button.dataset.value;
    const on = !set.has(value);
    if (on) set.add(value); else set.delete(value);
    button.setAttribute("aria-pressed", String(on));
    apply();
  }

  let typing = 0;
  function listen() {
    byId("_search").addEventListener("input", event => {
      clearTimeout(typing);
      typing = setTimeout(() => {
        words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
        apply();
      }, 80);
    });
    byId("_rule").addEventListener("change", event => { rule = event.target.value; apply(); });
    byId("_clear").addEventListener("click", clear);
    byId("_all").addEventListener("click", clear);
    for (const button of document.querySelectorAll("[data-filter] button")) button.addEventListener("click", () => press(button));
    byId("_theme").addEventListener("click", change);
    byId("_keys").addEventListener("click", () => byId("_help").showModal());
  }

  // A link to a case opens it, whatever is filtered.
  function follow() {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { /* it is meant as it stands */ }
    const target = id && byId(id);
    if (!target) return;
    const shut = target.closest("[hidden]");
    if (shut) clear();
    for (let at = target; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") { unfold(at); at.open = true; }
    }
    target.scrollIntoView();
    const summary = target.querySelector(":scope > summary");
    if (summary) summary.focus({ preventScroll: true });
    requestAnimationFrame(() => target.scrollIntoView()); // what was laid out meanwhile has moved it
  }

  // Keys.
  const steps = () => apis.filter(api => api.shown).flatMap(api => [api, ...(api.details.open ? api.cases.filter(entry => entry.shown) : [])]);
  function step(by) {
    const all = steps();
    const now = document.activeElement.closest("details.case, details.api");
    const at = all.findIndex(entry => entry.details === now);
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
    if (!next) return;
    next.summary.focus({ preventScroll: true });
    next.summary.scrollIntoView({ block: "nearest" });
  }
  const keys = {
    "/": () => byId("_search").focus(),
    j: () => step(1),
    k: () => step(-1),
    d: () => { const button = document.querySelector('[data-filter="v"] [data-value="deviates"]'); if (button) press(button); },
    t: change,
    "?": () => byId("_help").showModal(),
  };
  function key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || byId("_help").open) return;
    const field = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "Escape") {
      clear();
      if (field) event.target.blur();
      return;
    }
    if (field || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  }

  // On paper, what is not well is printed in full.
  const onPaper = 300;
  let opened = [];
  function unfoldForPrint() {
    const rest = [...document.querySelectorAll("details.fold:not([open])")].filter(details => details.closest("details.api[open]"));
    const wanted = cases.filter(entry => entry.shown && !/^(conforms|skipped)$/.test(entry.details.dataset.v)).slice(0, onPaper);
    opened = [...new Set(wanted.flatMap(entry => [entry.api.details, entry.details])), ...rest].filter(details => !details.open);
    for (const details of opened) { unfold(details); details.open = true; }
  }
  addEventListener("beforeprint", unfoldForPrint);
  addEventListener("afterprint", () => { for (const details of opened) details.open = false; });

  document.addEventListener("DOMContentLoaded", () => {
    list();
    listen();
    paint();
    for (const details of document.querySelectorAll("details[open]")) unfold(details);
    offerCopies(document);
    document.addEventListener("keydown", key);
    addEventListener("hashchange", follow);
    follow();
    root.dataset.ready = "";
  });
})();
