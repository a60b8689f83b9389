// The conversation without reloading. What cannot be sent is said, and what was typed stays; what
// this script cannot do at all is done by the browser's own forms. To send again is harmless: the
// page's number goes along, so nothing is done twice.
"use strict";
(() => {
  const KIND = "text/vnd.clamour+html";
  const log = document.getElementById("log");
  const status = document.getElementById("status");
  const PATIENCE = 20_000;
  const MOST_FAILURES = 3;
  const MOST_PROOFS = 2;
  const PROBE = 5_000;
  let busy = false;
  let failures = 0;

  const show = html => {
    const parts = new DOMParser().parseFromString(html, "text/html");
    const more = parts.querySelector(".more");
    const forms = parts.querySelector(".forms");
    if (!more || !forms) return false;
    document.getElementById("now")?.removeAttribute("id");
    if (more.querySelector("article.bot")) {
      log.querySelectorAll("article.bot").forEach(one => one.classList.add("old"));
    }
    const fresh = [...more.children];
    fresh.forEach(one => one.classList.add("new"));
    if (forms.children.length) log.append(...fresh);
    else log.replaceChildren(...fresh); // the person has been erased: so is what was said
    document.querySelector("footer").replaceChildren(...forms.children);
    fresh.forEach(prepare);
    const now = document.getElementById("now") || fresh.at(-1);
    now?.scrollIntoView({block: "start"});
    now?.focus({preventScroll: true});
    return true;
  };

  const post = async (form, body) => {
    const answer = await fetch(form.action, {
      method: "POST", body, headers: {Accept: KIND}, credentials: "same-origin",
      signal: AbortSignal.timeout?.(PATIENCE),
    });
    return [answer, answer.headers.get("Content-Type") || "", await answer.text()];
  };

  const send = async (form, submitter) => {
    const body = new URLSearchParams(new FormData(form, submitter));
    busy = true;
    document.body.setAttribute("aria-busy", "true");
    try {
      let [answer, kind, html] = await post(form, body);
      const isWork = async () => answer.ok && !kind.startsWith(KIND) && prove(html, body);
      for (let tries = 0; tries < MOST_PROOFS && await isWork(); tries += 1) {
        [answer, kind, html] = await post(form, body);
      }
      if (answer.status === 403) return location.assign(form.action); // it says who we are now
      if (!answer.ok) return say(reason(html));
      if (kind.startsWith(KIND)) {
        const root = document.documentElement;
        if (answer.headers.get("Content-Language") !== root.lang) return location.assign(form.action);
        failures = 0;
        status.textContent = "";
        if (show(html)) return undefined;
      }
    } catch { /* no connection, or one that says nothing */
      count(form, submitter);
      return say(log.dataset.away);
    } finally {
      busy = false;
      document.body.removeAttribute("aria-busy");
    }
    return natively(form, submitter);
  };

  // While very many sign, the site answers with work to do; done here, the act is sent again.
  const prove = async (html, body) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const asked = page.querySelector("form[data-challenge]")?.dataset.challenge;
    if (!asked) return false;
    say(page.getElementById("working").dataset.words);
    const {solve} = await import("./work.js");
    try {
      body.set("altcha", await solve(JSON.parse(asked)));
      return true;
    } catch {
      return false; // this browser cannot: the page itself says how to wait instead
    }
  };

  // Only where the site answers each time though fetch fails does the browser's own form go: else
  // the browser's error page would take the place of what was typed.
  const count = async (form, submitter) => {
    failures = await isThere() ? failures + 1 : 0;
    if (failures >= MOST_FAILURES && !busy) natively(form, submitter);
  };

  const isThere = async () => {
    const probe = document.createElement("link");
    const answered = new Promise(resolve => {
      probe.onload = () => resolve(true);
      probe.onerror = () => resolve(false);
      setTimeout(resolve, PROBE, false);
    });
    const style = document.querySelector("link[rel=stylesheet]");
    Object.assign(probe, {rel: "stylesheet", href: `${style.href}?${Date.now()}`});
    document.head.append(probe);
    const is = await answered;
    probe.remove();
    return is;
  };

  const reason = html => {
    const page = new DOMParser().parseFromString(html, "text/html");
    return page.querySelector("p.problem")?.textContent || log.dataset.away;
  };

  const say = words => {
    status.textContent = words;
    status.scrollIntoView({block: "nearest"});
  };

  const natively = (form, submitter) => {
    if (submitter?.name) {
      const given = document.createElement("input");
      Object.assign(given, {type: "hidden", name: submitter.name, value: submitter.value});
      form.append(given);
    }
    form.submit();
  };

  const copies = field => {
    const input = field.querySelector("input");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = field.querySelector("span").textContent;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(input.value);
        status.textContent = log.dataset.copied;
      } catch {
        button.replaceWith(field);
        input.select();
      }
    });
    field.replaceWith(button);
    if (navigator.share && /^https?:\/\/\S+$/.test(input.value)) {
      const share = button.cloneNode();
      share.textContent = log.dataset.share;
      share.addEventListener("click", () => {
        navigator.share({url: input.value}).catch(() => {});
        fetch(`${input.value}/sheet`, {keepalive: true, mode: "no-cors"}).catch(() => {});
      });
      button.before(share);
    }
  };

  const prepare = within => within.querySelectorAll(".copy").forEach(copies);

  document.addEventListener("submit", event => {
    event.preventDefault();
    if (busy) return;
    status.textContent = "";
    send(event.target, event.submitter);
  });
  document.addEventListener("keydown", event => {
    const sends = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (sends && event.target.matches?.("textarea")) {
      event.preventDefault();
      event.target.form.requestSubmit(event.target.form.querySelector(".send"));
    }
  });
  prepare(document);
  if (!location.hash) document.getElementById("now")?.scrollIntoView({block: "start"});
})();
