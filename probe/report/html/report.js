"use strict";
(() => {
  const root = document.documentElement;
  const byId = id => document.getElementById(id);
  root.classList.add("scripted");

  // What nobody has looked at yet is text in <noscript>. It is a part of this page, written with everything escaped.
  const policy = window.trustedTypes
    ? trustedTypes.createPolicy("report", { createHTML: text => text })
    : { createHTML: text => text };

  function unfold(box) {
    const closed = box.querySelector(":scope > noscript");
    if (!closed) return;
    const piece = document.createElement("template");
    piece.innerHTML = policy.createHTML(closed.textContent);
    closed.replaceWith(piece.content);
    offerCopies(box);
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

  const unfoldIn = details => {
    const box = details.querySelector(":scope > .in");
    if (box) unfold(box);
  };
  document.addEventListener("toggle", event => { if (event.target.open && event.target.tagName === "DETAILS") unfoldIn(event.target); }, true);

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

  // The index, in the order of the page: APIs, in them packs of cases, in them cases, of which there is no element until their pack is shown.
  const apis = [];
  const cases = [];
  const entities = { "&#34;": '"', "&#39;": "'", "&#43;": "+", "&lt;": "<", "&gt;": ">", "&amp;": "&" };
  const decode = text => text.replace(/&(#3[49]|#43|lt|gt|amp);/g, entity => entities[entity]);
  const encode = text => text.replace(/["'+<>&]/g, sign => Object.keys(entities).find(entity => entities[entity] === sign));
  const begin = "<details " + 'class="case '; // in two pieces, so that the page has it where a case begins and nowhere else

  function list() {
    const near = new IntersectionObserver(seen => {
      for (const one of seen) if (one.isIntersecting) show(packs.get(one.target));
    }, { rootMargin: "600px" });
    for (const details of document.querySelectorAll("details.api")) {
      const api = { details, summary: details.firstElementChild, cases: [], packs: [], shown: true };
      for (const box of details.querySelectorAll(".cases")) {
        const pack = { box, near, cases: box.textContent.split(begin).slice(1).map(text => entryOf(text, api)) };
        for (const entry of pack.cases) entry.pack = pack;
        packs.set(box, pack);
        api.packs.push(pack);
        api.cases.push(...pack.cases);
        box.style.setProperty("--cases", pack.cases.length);
        near.observe(box);
      }
      apis.push(api);
      cases.push(...api.cases);
    }
  }
  const packs = new Map();

  function entryOf(text, api) {
    const data = {};
    for (const [, name, value] of text.slice(0, text.indexOf(">")).matchAll(/([a-z-]+)="([^"]*)"/g)) data[name] = decode(value);
    const of = name => (data["data-" + name] || "").split(" ");
    return { api, raw: text, text: "", id: data.id, v: of("v"), b: of("b"), s: of("s"), r: of("r"), shown: true, details: null, summary: null };
  }

  // show makes elements of a pack.
  function show(pack) {
    if (pack.done) return;
    pack.done = true;
    pack.near.unobserve(pack.box);
    unfold(pack.box);
    const all = pack.box.querySelectorAll("details.case");
    pack.cases.forEach((entry, i) => {
      entry.details = all[i];
      entry.summary = all[i].firstElementChild;
      entry.details.hidden = !entry.shown;
    });
  }

  // What is written in a case, without its tags; most cases are ruled out before that is worked out.
  function holds(entry) {
    if (!entry.text) {
      const raw = entry.raw.toLowerCase();
      if (!words.every(word => raw.includes(encode(word)))) return false;
      entry.text = decode(("<" + raw).replace(/<[^>]*>/g, " "));
    }
    return words.every(word => entry.text.includes(word));
  }

  // The filter.
  const chosen = { v: new Set(), b: new Set(), s: new Set() };
  let rule = "", words = [];
  const any = (set, have) => !set.size || have.some(word => set.has(word));
  function matches(entry, named) {
    return any(chosen.v, entry.v) && any(chosen.b, entry.b) && any(chosen.s, entry.s) &&
      (!rule || entry.r.includes(rule)) && (named || holds(entry));
  }
  const filtering = () => chosen.v.size + chosen.b.size + chosen.s.size + words.length > 0 || rule !== "";
  const beyondWords = () => chosen.v.size + chosen.b.size + chosen.s.size > 0 || rule !== "";

  function apply() {
    let shown = 0, of = 0;
    for (const api of apis) {
      const name = words.length ? api.summary.textContent.toLowerCase() : "";
      const named = words.length > 0 && words.every(word => name.includes(word));
      let mine = 0;
      for (const pack of api.packs) {
        let here = 0;
        for (const entry of pack.cases) {
          entry.shown = matches(entry, named);
          if (entry.details && entry.details.hidden === entry.shown) entry.details.hidden = !entry.shown;
          if (entry.shown) here++;
        }
        if (pack.box.hidden !== (here === 0)) pack.box.hidden = here === 0;
        mine += here;
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
    const entry = cases.find(one => one.id === id);
    if (entry) show(entry.pack);
    const target = id && byId(id);
    if (!target) return;
    if (target.closest("[hidden]")) clear();
    for (let at = target; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") { unfoldIn(at); at.open = true; }
    }
    for (const was of document.querySelectorAll(".here-now")) was.classList.remove("here-now");
    target.classList.add("here-now");
    const summary = target.querySelector(":scope > summary");
    if (summary) summary.focus({ preventScroll: true });
    target.scrollIntoView();
    requestAnimationFrame(() => target.scrollIntoView()); // what was laid out meanwhile has moved it
  }

  // Keys.
  const steps = () => apis.filter(api => api.shown).flatMap(api => [api, ...(api.details.open ? api.cases.filter(entry => entry.shown) : [])]);
  function step(by) {
    const all = steps();
    const now = document.activeElement.closest("details.case, details.api");
    const at = now ? all.findIndex(entry => entry.details === now) : -1;
    const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
    if (!next) return;
    if (next.pack) show(next.pack);
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
    const wanted = cases.filter(entry => entry.shown && !/^(conforms|skipped)$/.test(entry.v[0])).slice(0, onPaper);
    for (const entry of wanted) show(entry.pack);
    for (const api of apis) if (api.details.open) api.packs.slice(0, 5).forEach(show);
    const rest = document.querySelectorAll("details.api[open] > .in > details.fold:not([open])");
    opened = [...new Set(wanted.flatMap(entry => [entry.api.details, entry.details])), ...rest].filter(details => !details.open);
    for (const details of opened) { unfoldIn(details); details.open = true; }
  }
  addEventListener("beforeprint", unfoldForPrint);
  addEventListener("afterprint", () => { for (const details of opened) details.open = false; });

  document.addEventListener("DOMContentLoaded", () => {
    list();
    listen();
    paint();
    for (const api of apis) if (api.details.open && api.packs.length) show(api.packs[0]);
    offerCopies(document);
    document.addEventListener("keydown", key);
    addEventListener("hashchange", follow);
    follow();
    addEventListener("load", () => { if (location.hash) follow(); }); // the browser has looked for the place itself, in vain
    root.dataset.ready = "";
  });
})();
