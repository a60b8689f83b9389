// The chats of one phone: which is shown, and which have something new.

import * as api from "./api.js";
import { element } from "./elements.js";

const STATUS = { bot: "bot", group: "group", private: "private chat" };
const name = (person) => `${person.first_name} ${person.last_name || ""}`.trim();

export class Chats {
  constructor(phone) {
    this.phone = phone;
    this.own = [];
    this.unread = new Map();
    this.select = element("select", "chat");
    this.select.setAttribute("aria-label", `${phone.person.first_name}’s chats`);
    this.select.addEventListener("change", () => phone.visit(Number(this.select.value)));
    this.badge = element("button", "badge");
    this.badge.type = "button";
    this.badge.hidden = true;
    this.badge.addEventListener("click", () => phone.visit(this.unread.keys().next().value));
  }

  // The bot, groups, people one has written with, then everybody else on the page.
  all() {
    const known = new Set(this.own.map(({ id }) => id));
    const others = this.phone.phones
      .map(({ person }) => person)
      .filter((person) => person !== this.phone.person && !known.has(person.id))
      .map((person) => ({ id: person.id, type: "private", title: name(person) }));
    return [...this.own, ...others];
  }

  find(id) {
    return this.all().find((chat) => chat.id === id) || { id, type: "private", title: "" };
  }

  async refresh() {
    this.own = await api.chats(this.phone.person);
    this.draw();
  }

  async mark(id) {
    this.unread.set(id, (this.unread.get(id) || 0) + 1);
    if (this.own.some((chat) => chat.id === id)) this.draw();
    else await this.refresh();
  }

  read(id) {
    this.unread.delete(id);
    this.draw();
  }

  draw() {
    const options = this.all().map(({ id, title }) => {
      const news = this.unread.get(id);
      const option = element("option", "", news ? `${title} (${news} new)` : title);
      option.value = String(id);
      return option;
    });
    this.select.replaceChildren(...options);
    this.select.value = String(this.phone.chat.id);
    const news = [...this.unread.values()].reduce((sum, count) => sum + count, 0);
    this.badge.textContent = `${news} new`;
    this.badge.hidden = !news;
    this.phone.tab?.classList.toggle("unread", Boolean(news));
  }
}

export const statusOf = (chat) => STATUS[chat.type];
