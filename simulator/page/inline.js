// "@bot something" in the composer: the bot's results above it, to be chosen by tap or keyboard.

import * as api from "./api.js";
import { button, element } from "./elements.js";

const QUIET_MS = 300;

export class Inline {
  constructor(phone, input) {
    this.phone = phone;
    this.input = input;
    this.turn = 0;
    this.items = [];
    this.active = -1;
    this.asking = false;
    this.list = element("div", "results");
    this.list.id = `results-${phone.person.id}`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Results");
    this.list.hidden = true;
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.list.id);
  }

  // What is asked of the bot, or null if the text is none of its business.
  query() {
    const [, username, query] = /^@(\w+)\s([^]*)$/.exec(this.input.value) || [];
    return username?.toLowerCase() === this.phone.bot.username.toLowerCase() ? query : null;
  }

  typed() {
    clearTimeout(this.timer);
    const turn = ++this.turn;
    const query = this.query();
    this.asking = query !== null;
    if (this.asking) this.timer = setTimeout(() => this.ask(query, turn), QUIET_MS);
    else this.close();
  }

  async ask(query, turn) {
    const chat = this.phone.chat.id;
    try {
      const answer = await api.ask(this.phone.person, chat, query);
      if (turn === this.turn) this.show(answer, chat);
    } catch (error) {
      if (turn !== this.turn) return;
      this.close();
      this.phone.toast(error.message);
    }
  }

  show({ inline_query_id, results, button: above }, chat) {
    const choices = results.map((result) => {
      const title = result.title || result.caption || result.type;
      const act = () => api.choose(this.phone.person, chat, inline_query_id, String(result.id));
      return this.item("result", title, result.description, () => this.phone.does(act));
    });
    if (above) choices.unshift(this.item("above", above.text, "", () => this.start(above)));
    this.items = choices;
    const none = element("p", "none", "No results");
    this.list.replaceChildren(...(choices.length ? choices : [none]));
    this.list.hidden = false;
    this.point(above && results.length ? 1 : 0, false);
    this.phone.stayAtEnd();
  }

  item(name, title, description, act) {
    const made = button("", async () => {
      this.phone.composer.clear();
      await act();
    }, name);
    made.id = `${this.list.id}-${name}-${Math.random().toString(36).slice(2)}`;
    made.tabIndex = -1;
    made.setAttribute("role", "option");
    made.append(element("b", "", title));
    if (description) made.append(element("span", "", description));
    return made;
  }

  async start(above) {
    const { phone } = this;
    if (above.start_parameter) await phone.open(`https://t.me/${phone.bot.username}?start=${above.start_parameter}`);
    else phone.toast("This button works in Telegram itself.");
  }

  point(index, scroll = true) {
    this.active = this.items.length ? (index + this.items.length) % this.items.length : -1;
    this.items.forEach((item, at) => item.setAttribute("aria-selected", String(at === this.active)));
    const chosen = this.items[this.active];
    if (chosen) this.input.setAttribute("aria-activedescendant", chosen.id);
    else this.input.removeAttribute("aria-activedescendant");
    if (scroll) chosen?.scrollIntoView({ block: "nearest" });
  }

  // Whether a key was meant for the results. Enter chooses; a question is never sent as a message.
  key(event) {
    if (!this.asking) return false;
    if (event.key === "ArrowDown") this.point(this.active + 1);
    else if (event.key === "ArrowUp") this.point(this.active - 1);
    else if (event.key === "Enter" && !event.shiftKey) this.choose();
    else return false;
    return true;
  }

  choose() {
    this.items[this.active]?.click();
  }

  close() {
    clearTimeout(this.timer);
    this.turn += 1;
    this.asking = false;
    this.items = [];
    this.list.hidden = true;
    this.list.replaceChildren();
    this.point(0);
  }
}
