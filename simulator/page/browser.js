// The phone of somebody who has no Telegram: a browser, and the emails that come.

import * as api from "./api.js";
import { button, element } from "./elements.js";

const LOOK_MS = 1000;
const OPENS_HERE = /^\/(s\/[^/]+|email\/stop\/[\w-]+)$/;

export class BrowserPhone {
  constructor({ name, about, address }) {
    this.name = name;
    this.address = address;
    this.last = 0;
    this.root = this.build(about);
    setInterval(() => this.look(), LOOK_MS);
    document.addEventListener("click", (event) => this.follow(event));
  }

  // A share link in any chat of this page opens here, as if it had been sent to this phone; so does
  // what stands in an email.
  follow(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || link.origin !== new URL(this.address).origin || !OPENS_HERE.test(link.pathname)) return;
    event.preventDefault();
    this.open(link.href);
    this.tab.click();
    this.root.scrollIntoView({ inline: "end" });
  }

  build(about) {
    const root = element("section", "phone browser");
    root.id = "phone-browser";
    root.setAttribute("aria-label", `${this.name}’s phone: a browser`);
    const owner = element("p", "owner");
    owner.append(element("strong", "", this.name), element("span", "", ` · ${about}`));
    const bar = element("header", "head");
    this.where = element("span", "where", this.address.replace(/^https?:\/\//, ""));
    bar.append(this.where, button("The link", () => this.open(this.address), "quiet"));
    this.emails = element("div", "emails");
    this.emails.setAttribute("role", "log");
    this.emails.setAttribute("aria-label", "Emails");
    this.frame = element("iframe");
    this.frame.title = `${this.name}’s browser`;
    this.frame.src = this.address;
    root.append(owner, bar, this.emails, this.frame);
    return root;
  }

  open(address) {
    this.frame.src = address;
    this.where.textContent = address.replace(/^https?:\/\//, "");
  }

  async look() {
    try {
      for (const email of await api.mail(this.last)) this.put(email);
    } catch {
      // it stops with the demo
    }
  }

  put(email) {
    if (this.last >= email.number) return;
    this.last = email.number;
    const whole = element("details");
    const from = email.from.replace(/ *<.*/, "");
    whole.append(element("summary", "", `✉ ${email.subject}`), element("p", "from", `${from}, to ${email.to}`));
    whole.append(this.words(email.text));
    this.emails.replaceChildren(whole);
  }

  words(text) {
    const paragraph = element("p", "words");
    for (const part of text.split(/(https?:\/\/\S+)/)) {
      const isLink = part.startsWith(new URL(this.address).origin);
      const shown = isLink ? element("a", "link", part) : document.createTextNode(part);
      if (isLink) shown.href = part;
      paragraph.append(shown);
    }
    return paragraph;
  }

  stayAtEnd() {}
}
