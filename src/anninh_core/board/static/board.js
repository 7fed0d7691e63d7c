"use strict";
(() => {
  const typing = (at) => at.closest("input, select, textarea, [contenteditable]");
  const rows = () => [...document.querySelectorAll("a.row")];
  const keysOff = () => localStorage.getItem("keys") === "off";
  let picked = -1;

  const pick = (step) => {
    const all = rows();
    if (!all.length) return;
    picked = Math.max(0, Math.min(all.length - 1, picked + step));
    document.querySelector(".picked")?.classList.remove("picked");
    all[picked].closest("li, tr")?.classList.add("picked");
    all[picked].focus();
  };

  const openAct = (key) => {
    const act = document.querySelector(`details[data-key="${CSS.escape(key)}"]`);
    if (!act) return false;
    for (let up = act; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    (act.querySelector("input:not([type=hidden]), select, textarea, button") || act).focus();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || keysOff() || typing(event.target)) return;
    const act = { j: () => pick(1), k: () => pick(-1), "/": () => document.querySelector("input[type=search]")?.focus(),
      "?": () => document.querySelector(".keys")?.scrollIntoView() }[event.key];
    if (act) { act(); event.preventDefault(); }
    else if (/^[a-z]$/.test(event.key) && openAct(event.key)) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-keys]");
    if (!button) return;
    localStorage.setItem("keys", keysOff() ? "on" : "off");
    showKeys();
  });
  const showKeys = () => {
    document.body.classList.toggle("nokeys", keysOff());
    for (const one of document.querySelectorAll("[data-keys]")) one.textContent = keysOff() ? one.dataset.on : one.dataset.off;
  };

  // A form is sent once; the server knows a second time by its key, but nobody need wait for it.
  document.addEventListener("submit", (event) => {
    const form = event.target, button = form.querySelector("button:not(.plain)");
    if (form.dataset.sent) { event.preventDefault(); event.stopPropagation(); return; }
    if (form.method !== "post") return;
    if (!navigator.onLine) { event.preventDefault(); event.stopPropagation(); offline(); return; }
    form.dataset.sent = "yes";
    button?.setAttribute("aria-disabled", "true");
    setTimeout(() => { delete form.dataset.sent; button?.removeAttribute("aria-disabled"); }, 8000);
  }, true);
  addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent; });

  const tell = (sentence, link) => {
    const news = document.getElementById("news");
    news.replaceChildren(sentence + " ");
    if (link) { const a = document.createElement("a"); a.href = location.href; a.textContent = link; news.append(a); }
    news.hidden = false;
  };
  const offline = () => tell(document.getElementById("news").dataset.offline);
  document.addEventListener("htmx:sendError", offline);

  // Asks only while somebody looks; the answer offers a link and swaps nothing.
  setInterval(async () => {
    const news = document.getElementById("news");
    if (!news.dataset.mark || document.hidden) return;
    try {
      const answer = await fetch(news.dataset.url + "?since=" + encodeURIComponent(news.dataset.mark));
      if (answer.ok && !answer.redirected && (await answer.json()).changed) tell(news.dataset.sentence, news.dataset.link);
    } catch { /* offline: the next may get through */ }
  }, 20000);

  const ready = () => {
    picked = -1;
    showKeys();
    for (const n of document.querySelectorAll("[aria-current]")) n.scrollIntoView({inline:"center",block:"nearest"});
    (document.getElementById("result") || document.querySelector("[autofocus]"))?.focus();
  };
  document.addEventListener("htmx:afterSettle", () => { ready(); if (!document.getElementById("result")) document.getElementById("main").focus(); });
  ready();
})();
