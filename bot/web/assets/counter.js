// A petition's counter on any website: shows it, and renews the numbers while it can be seen.
// It sets no cookies, keeps nothing in the browser, and tells nobody who looks.
(() => {
  "use strict";
  const SECONDS = 15;
  const STYLE = "__STYLE__";
  const script = document.currentScript;
  const chosen = script.dataset;
  const source = new URL(script.src);
  source.pathname = source.pathname.replace(/\.js$/, ".html");
  const language = chosen.language || document.documentElement.lang;
  const wishes = new URLSearchParams();
  if (language) wishes.set("lang", language.slice(0, 20));
  if (chosen.target === "telegram") wishes.set("target", "telegram");
  source.search = wishes;
  let root = null;
  let onScreen = true;
  let lookedAt = 0;

  const place = () => {
    const host = document.createElement("div");
    if (chosen.theme) host.dataset.theme = chosen.theme;
    const shadow = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
    script.after(host);
    watch(host);
    return shadow;
  };

  const watch = (element) => {
    new IntersectionObserver((entries) => {
      onScreen = entries[entries.length - 1].isIntersecting;
      refresh();
    }).observe(element);
  };

  const show = (html) => {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const before = root.querySelector("article");
    const after = fresh.content.querySelector("article");
    if (!before || before.dataset.state !== after.dataset.state) {
      if (before) before.replaceWith(after); else root.append(after);
      return;
    }
    for (const live of after.querySelectorAll("[data-live]")) {
      const old = before.querySelector(`[data-live="${live.dataset.live}"]`);
      if (!old.isEqualNode(live)) old.replaceWith(live);
    }
  };

  const refresh = async () => {
    const due = Date.now() - lookedAt >= SECONDS * 1000;
    if (!due || document.visibilityState !== "visible" || (root && !onScreen)) return;
    lookedAt = Date.now();
    try {
      const answer = await fetch(source, {
        credentials: "omit", referrerPolicy: "no-referrer", cache: "no-cache",
      });
      if (!answer.ok) return;
      const html = await answer.text();
      root = root || place();
      show(html);
    } catch (away) { /* what is shown stays; the next look may find it */ }
  };

  const begin = () => {
    const into = chosen.into && document.getElementById(chosen.into);
    if (into) { root = into; lookedAt = Date.now(); watch(into); }
    refresh();
    setInterval(refresh, 1000);
    document.addEventListener("visibilitychange", refresh);
  };

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
