// Loaded in the head, not deferred: theme and density are set before the first paint, the rest listens on the document.
// Without this file every form and link still works.
"use strict";
{
  const root = document.documentElement;
  const on = (name, act, early = false) => document.addEventListener(name, act, early);
  const one = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const meta = (name) => one(`meta[name="${name}"]`)?.content ?? "";
  const words = (key) => one("#words")?.dataset[key] ?? "";
  const here = () => location.pathname + location.search;

  /* --- theme, density, single keys: choices kept in this browser ------------------------------------------- */
  const choice = (key) => { try { return localStorage.getItem(key) ?? ""; } catch { return ""; } };
  function choose(key, value) {
    try { value ? localStorage.setItem(key, value) : localStorage.removeItem(key); } catch { /* private window */ }
    applyChoices();
  }
  function applyChoices() {
    for (const key of ["theme", "density"]) {
      if (choice(key)) root.dataset[key] = choice(key); else delete root.dataset[key];
    }
    for (const b of all("[data-choose]")) b.setAttribute("aria-pressed", choice(b.dataset.choose) === b.value);
    for (const box of all("[data-single-keys]")) box.checked = choice("keys") !== "off";
  }
  applyChoices();

  /* --- a submit happens once ------------------------------------------------------------------------------- */
  const held = new Map();     // form or button -> what its button said before
  const sent = new WeakSet(); // forms whose htmx request has begun
  const byHtmx = (form) => form.matches("[hx-post],[hx-put],[hx-patch],[hx-delete]");

  function hold(what, button) {
    what.setAttribute("aria-busy", "true");
    const buttons = what.elements ? [...what.elements].filter((b) => b.type === "submit") : [what];
    for (const b of buttons) b.setAttribute("aria-disabled", "true");
    const kept = { buttons, button, nodes: null };
    if (button?.tagName === "BUTTON" && !button.matches("[data-quiet]")) {
      kept.nodes = [...button.childNodes];
      button.style.minWidth = `${button.offsetWidth}px`;
      button.setAttribute("aria-busy", "true");
      button.replaceChildren(button.dataset.busyText || words("busy"));
    }
    held.set(what, kept);
  }
  function release(what) {
    const kept = held.get(what);
    if (!kept) return;
    held.delete(what);
    what.removeAttribute("aria-busy");
    for (const b of kept.buttons) b.removeAttribute("aria-disabled");
    if (kept.nodes) {
      kept.button.replaceChildren(...kept.nodes);
      kept.button.removeAttribute("style");
      kept.button.removeAttribute("aria-busy");
    }
  }
  on("submit", (e) => {
    const form = e.target;
    if (form.method !== "post" || form.matches("[data-twice]")) return;
    if (held.has(form)) { e.preventDefault(); e.stopImmediatePropagation(); return; }
    const button = e.submitter ?? [...form.elements].find((b) => b.type === "submit");
    if (askFirst(e, form, button)) return;
    if (form.matches("[data-sign-out]")) forget(); else if (!byHtmx(form)) keepForms([form], false);
    held.set(form, { buttons: [] });
    setTimeout(() => { // after the browser or htmx has taken the values, the pressed button's among them
      held.delete(form);
      if (byHtmx(form) && !sent.has(form)) return;
      if (e.defaultPrevented && !byHtmx(form)) return;
      hold(form, button);
      if (!byHtmx(form)) setTimeout(() => release(form), 30000); // a download leaves the page where it is
    });
  }, true);
  on("click", (e) => { if (e.target.closest?.('[aria-disabled="true"]')) { e.preventDefault(); e.stopImmediatePropagation(); } }, true);
  addEventListener("pageshow", () => { for (const what of [...held.keys()]) release(what); });

  /* --- a Chinese word in the making is not input yet ------------------------------------------------------- */
  on("input", (e) => { if (e.isComposing) e.stopImmediatePropagation(); }, true);
  on("compositionend", ({ target }) => setTimeout(() => target.dispatchEvent(new Event("input", { bubbles: true }))), true);

  /* --- dialogs: ask before what cannot be undone ----------------------------------------------------------- */
  const agreed = new WeakSet();
  function askFirst(e, form, button) {
    const dialog = document.getElementById(button?.dataset.confirmDialog || form.dataset.confirmDialog);
    if (!dialog || agreed.delete(form)) return false;
    e.preventDefault();
    e.stopImmediatePropagation();
    dialog.returnValue = "";
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "yes") return;
      agreed.add(form);
      form.requestSubmit(button?.form === form ? button : undefined);
    }, { once: true });
    dialog.showModal();
    return true;
  }

  /* --- htmx: token, busy parts, failures, focus ------------------------------------------------------------ */
  let before = null; // where the person was when the request began

  on("htmx:configRequest", (e) => { e.detail.headers["X-CSRFToken"] = meta("csrf-token"); });
  on("htmx:beforeRequest", (e) => {
    const { elt, target, requestConfig } = e.detail;
    if (document.hidden && /every/.test(elt.getAttribute("hx-trigger"))) return e.preventDefault();
    before = { focus: document.activeElement, id: document.activeElement?.id, name: document.activeElement?.name };
    if (elt.tagName === "FORM") sent.add(elt);
    else if (requestConfig.verb !== "get" && elt.matches("button, a")) { // inputs that save themselves use hx-sync
      if (held.has(elt)) return e.preventDefault();
      hold(elt, elt);
    }
    if (target !== elt) target?.setAttribute("aria-busy", "true");
  });
  on("htmx:beforeSwap", (e) => release(e.detail.requestConfig.elt)); // htmx carries old attributes over for a moment
  on("htmx:afterRequest", ({ detail: { elt, target, xhr, successful } }) => {
    target?.removeAttribute("aria-busy");
    sent.delete(elt);
    if (!xhr.getResponseHeader("HX-Redirect")) release(elt);
    if (successful && failed === elt) one("#failure")?.remove();
  });
  on("htmx:beforeOnLoad", ({ detail: { xhr } }) => {
    if (xhr.status === 401) keepForms(all("main form").filter((f) => f.method === "post"), true);
  });
  on("visibilitychange", () => { if (!document.hidden) document.body.dispatchEvent(new Event("portal:visible")); });

  let failed = null;
  function complain({ detail }, reason) {
    const { elt, xhr, requestConfig: ask } = detail;
    const said = one("[data-reason]", new DOMParser().parseFromString(xhr?.responseText ?? "", "text/html"));
    const number = xhr?.getResponseHeader?.("X-Request-Id");
    const box = one("#failure-template").content.firstElementChild.cloneNode(true);
    one("p", box).textContent = said?.textContent.trim() || (navigator.onLine ? words(reason) : words("offline"));
    if (number) one("p", box).append(Object.assign(document.createElement("small"), { textContent: `${words("number")} ${number}` }));
    one("[data-again]", box).addEventListener("click", () => {
      box.remove();
      elt.focus?.();
      if (elt.tagName === "FORM" && ask.verb !== "get") elt.requestSubmit();
      else htmx.ajax(ask.verb, ask.path, { source: elt, target: detail.target });
    });
    one("#failure")?.remove();
    document.body.append(box);
    failed = elt;
  }
  on("htmx:responseError", (e) => complain(e, "failed"));
  on("htmx:sendError", (e) => complain(e, "lost"));
  on("htmx:timeout", (e) => complain(e, "slow"));
  on("htmx:swapError", (e) => complain(e, "failed"));

  on("htmx:afterSettle", ({ detail: { elt, xhr } }) => {
    const lost = !document.activeElement || document.activeElement === document.body;
    const wrong = xhr?.status === 422 || xhr?.status === 409;
    const place =
      (wrong && (one(".error-summary, .problem", elt) ?? one('[aria-invalid="true"]', elt))) ||
      one("[autofocus], [data-focus]", elt) ||
      (lost && before && before.focus !== document.body && (
        (before.id && document.getElementById(before.id)) ||
        (before.name && one(`[name="${CSS.escape(before.name)}"]`, elt)) ||
        one("h1, h2, h3", elt) || elt));
    if (!place?.focus) return;
    if (!place.matches("a, button, input, select, textarea, summary")) place.tabIndex = -1;
    place.focus();
  });

  /* --- short messages -------------------------------------------------------------------------------------- */
  function toast(message, tone = "done", link = null) {
    const line = document.createElement("div");
    line.className = `flash flash--${tone}`;
    const text = document.createElement("span");
    text.textContent = message;
    line.append(text);
    if (link) {
      const a = document.createElement("a");
      a.href = link.url;
      a.textContent = link.label;
      line.append(a);
    }
    one("#toasts")?.append(line);
    if (!link) setTimeout(() => line.remove(), 8000);
  }
  on("portal:toast", ({ detail }) => toast(detail.message ?? detail.value, detail.tone));

  /* --- what was typed survives an expired sign-in: kept in this tab, by person and URL ------------------------ */
  const secret = (f) => ["password", "hidden", "file", "submit", "button"].includes(f.type);
  const ticks = (f) => /checkbox|radio/.test(f.type);
  const typed = (form) => [...form.elements].filter((f) => f.name && !secret(f));
  const forget = () => { try { sessionStorage.removeItem("kept"); } catch { /* private window */ } };

  function keepForms(forms, interrupted) {
    if (!meta("person")) return;
    const kept = forms.map((form) => ({
      action: form.getAttribute("action"), id: form.id,
      fields: typed(form).map((f) => (f.options ? [...f.options].map((o) => o.selected) : ticks(f) ? f.checked : f.value)),
    })).filter((form) => form.fields.length);
    if (kept.length) write({ person: meta("person"), url: here(), interrupted, forms: kept });
  }
  function write(kept) { try { sessionStorage.setItem("kept", JSON.stringify(kept)); } catch { /* full or private */ } }
  function giveBack() {
    let kept = null;
    try { kept = JSON.parse(sessionStorage.getItem("kept")); } catch { return; }
    if (!kept) return;
    if (one("[data-sign-in]") || one("main > .problem")) return write({ ...kept, interrupted: true });
    if (!meta("person")) return;
    if (kept.person !== meta("person") || !kept.interrupted) return forget(); // another person, or it went through
    if (kept.url !== here()) return toast(words("waiting"), "wait", { url: kept.url, label: words("resume") });
    forget();
    for (const old of kept.forms) {
      const form = all("form").find((f) => f.getAttribute("action") === old.action && f.id === old.id);
      if (form) typed(form).forEach((f, i) => {
        if (old.fields[i] === undefined) return;
        if (f.options) [...f.options].forEach((o, n) => { o.selected = old.fields[i][n] ?? o.selected; });
        else if (ticks(f)) f.checked = old.fields[i];
        else f.value = old.fields[i];
      });
    }
    toast(words("restored"));
  }

  /* --- small helpers on pages ------------------------------------------------------------------------------ */
  function step(button) {
    const box = button.closest("[data-stepper]"), input = one("input", box);
    const { step: by = 1, min, max } = box.dataset;
    const now = Number(input.value.normalize("NFKC").replace(/[,\s]/g, "")) || 0;
    let next = now + Number(by) * Number(button.value);
    if (min) next = Math.max(next, Number(min));
    if (max) next = Math.min(next, Number(max));
    if (next === now) return;
    input.value = next;
    for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
  }
  async function copy(button) {
    const text = button.dataset.copy || one(button.dataset.copyFrom)?.innerText || "";
    try { await navigator.clipboard.writeText(text); } catch {
      const box = document.createElement("textarea"); // plain http has no clipboard
      box.value = text;
      document.body.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
      button.focus();
    }
    toast(words("copied"));
  }

  let lastTick = null; // for ranges with Shift
  function tick(box, shift) {
    const boxes = all('tbody input[type="checkbox"]', box.closest("table"));
    if (box.matches("[data-select-all]")) for (const b of boxes) b.checked = box.checked;
    else if (shift && boxes.includes(lastTick)) {
      const [from, to] = [boxes.indexOf(lastTick), boxes.indexOf(box)].sort((a, b) => a - b);
      for (const b of boxes.slice(from, to + 1)) b.checked = box.checked;
    }
    lastTick = box;
    const ticked = boxes.filter((b) => b.checked).length, top = one("[data-select-all]", box.closest("table"));
    if (top) { top.checked = ticked > 0 && ticked === boxes.length; top.indeterminate = ticked > 0 && ticked < boxes.length; }
    for (const out of all("[data-selected]", box.closest(".table-wrap") ?? box.form ?? document)) out.textContent = ticked;
  }

  on("click", (e) => {
    const at = (selector) => e.target.closest?.(selector);
    let el;
    if ((el = at("[data-stepper] button"))) step(el);
    else if ((el = at("[data-choose]"))) choose(el.dataset.choose, el.value);
    else if ((el = at("[data-copy], [data-copy-from]"))) copy(el);
    else if ((el = at("[data-open-dialog]"))) document.getElementById(el.dataset.openDialog)?.showModal();
    else if ((el = at("[data-close]"))) el.closest(el.dataset.close || "dialog, .failure, .flash")?.[el.closest("dialog") ? "close" : "remove"]();
    else if (at("[data-print]")) print();
    else if ((el = at("[data-reveal]"))) {
      const field = one(el.dataset.reveal), shown = field.type === "text";
      field.type = shown ? "password" : "text";
      el.setAttribute("aria-pressed", !shown);
    } else if ((el = at('table input[type="checkbox"]'))) tick(el, e.shiftKey);
    for (const menu of all("details.menu[open], details.nav__more[open]")) if (!menu.contains(e.target)) menu.open = false;
  });
  on("change", (e) => { if (e.target.matches("[data-single-keys]")) choose("keys", e.target.checked ? "" : "off"); });

  /* --- keys ------------------------------------------------------------------------------------------------ */
  const writes = (el) => el?.matches?.('input:not([type="checkbox"],[type="radio"],[type="button"],[type="submit"]), textarea, select, [contenteditable]');
  const press = (el) => { if (el) { el.focus?.(); el.click(); } return !!el; };

  function search() { const box = one('[data-search] input, input[type="search"]'); box?.focus(); box?.select(); return !!box; }
  function submitHere() { const form = document.activeElement?.closest("form"); form?.requestSubmit(); return !!form; }
  function back() {
    const menu = one("details.menu[open], details.nav__more[open]");
    if (menu) { menu.open = false; one("summary", menu).focus(); return true; }
    if (one("dialog[open]")) return false; // the browser closes it
    return press(one("[data-cancel]", document.activeElement?.closest("tr, form, [data-panel]") ?? document.createElement("i")));
  }
  const KEYS = {
    "/": search, "?": () => { one("#keys")?.showModal(); return true; },
    "Control+K": search, "Control+S": submitHere, "Control+Enter": submitHere, Escape: back,
    "Alt+PageUp": () => press(one('[rel~="prev"]')), "Alt+PageDown": () => press(one('[rel~="next"]')),
  };
  const combo = (e) => {
    const letter = e.altKey && /^(Key|Digit)/.test(e.code) ? e.code.slice(-1) : e.key;
    return (e.ctrlKey || e.metaKey ? "Control+" : "") + (e.altKey ? "Alt+" : "") + (letter.length === 1 ? letter.toUpperCase() : letter);
  };
  on("keydown", (e) => {
    if (e.isComposing || e.keyCode === 229 || e.defaultPrevented) return;
    const keys = combo(e), modified = e.ctrlKey || e.metaKey || e.altKey, single = keys === "/" || keys === "?";
    if (single && (writes(e.target) || choice("keys") === "off")) return;
    const grid = e.target.closest?.("[data-grid]"), letters = e.target.closest?.("[data-letters]");
    const done =
      (grid && gridKey(e, keys, grid)) ||
      (letters && !modified && !writes(e.target) && press(one(`[data-letter="${CSS.escape(keys)}"]`, letters))) ||
      (modified && press(one(`[aria-keyshortcuts~="${CSS.escape(keys)}"]:not(input)`))) ||
      (/^Alt\+[1-9]$/.test(keys) && press(all(".nav__list > li:not(.nav__phone) > a")[keys.at(-1) - 1])) ||
      KEYS[keys]?.();
    if (done) e.preventDefault();
  });

  /** Enter goes to the next cell, ↑↓ to the next row, Space ticks; Ctrl+D copies from above, Ctrl+Del takes the row out. */
  function gridKey(e, keys, grid) {
    const cell = e.target, row = cell.closest("tr, [data-row]");
    if (!row) return false;
    const boxes = 'input:not([type="hidden"],[type="checkbox"],[disabled]), select, textarea';
    const rows = all("tbody tr, [data-row]", grid), at = rows.indexOf(row);
    const same = (other) => other && (cell.name && one(`${boxes}`, other) && all(boxes, other)[all(boxes, row).indexOf(cell)] || one("a[href]", other) || one("input, button", other));
    const go = (el) => { el?.focus(); if (el?.select) el.select(); return !!el; };
    if (keys === "ArrowUp" || keys === "ArrowDown") return cell.tagName !== "SELECT" && cell.tagName !== "TEXTAREA" && go(same(rows[at + (keys === "ArrowUp" ? -1 : 1)]));
    if (keys === "Enter" && cell.matches("input, select")) {
      const cells = all(boxes, grid), next = cells[cells.indexOf(cell) + 1];
      return next ? go(next) : press(one("[data-grid-add]", grid)) || true;
    }
    if (keys === " " && !writes(cell) && !cell.matches("button, input")) return press(one('input[type="checkbox"]', row)) && (cell.focus(), true);
    if (keys === "Control+D" && writes(cell) && rows[at - 1]) {
      cell.value = same(rows[at - 1])?.value ?? cell.value;
      for (const name of ["input", "change"]) cell.dispatchEvent(new Event(name, { bubbles: true }));
      return true;
    }
    return keys === "Control+Delete" && press(one("[data-grid-delete]", row));
  }

  on("DOMContentLoaded", () => { applyChoices(); one(".error-summary:not([data-still] *)")?.focus(); });
  addEventListener("pageshow", giveBack);
}
