// One person's phone: one of their chats at a time, live.

import * as api from "./api.js";
import { Chats, statusOf } from "./chats.js";
import { Composer } from "./composer.js";
import { button, element } from "./elements.js";
import { chooseChat, copy, follow } from "./links.js";
import { listen } from "./live.js";
import { bubble, day, dayOf } from "./message.js";

const TOAST_MS = 3500;
const NEAR_END = 40;
const ALLOWED = { private: "allow_user_chats", bot: "allow_bot_chats", group: "allow_group_chats" };

export class Phone {
  constructor(person, phones) {
    this.person = person;
    this.phones = phones;
    this.bot = { username: "", first_name: "Bot" };
    this.chat = { id: person.id, type: "bot", title: "Bot" };
    this.blocked = false;
    this.turn = 0;
    this.missed = null;
    this.chats = new Chats(this);
    this.composer = new Composer(this);
    this.root = this.build();
    this.empty();
  }

  build() {
    const root = element("section", "phone");
    root.id = `phone-${this.person.id}`;
    root.setAttribute("aria-label", `${this.person.first_name}’s phone`);
    const head = element("header", "head");
    const names = element("div", "names");
    this.status = element("span", "status", "bot");
    names.append(this.chats.select, this.status);
    const owner = element("p", "owner");
    owner.append(element("strong", "", this.person.first_name));
    if (this.person.about) owner.append(element("span", "", ` · ${this.person.about}`));
    owner.dir = "auto";
    this.blocking = button("Block", () => this.toggleBlock(), "quiet");
    this.avatar = element("span", "avatar", "B");
    head.append(this.avatar, names, this.chats.badge, this.blocking);
    this.list = element("ol", "messages");
    this.list.setAttribute("role", "log");
    this.list.setAttribute("aria-live", "polite");
    this.list.setAttribute("aria-label", "Messages");
    this.list.tabIndex = 0;
    this.atEnd = true;
    this.list.addEventListener("scroll", () => {
      this.atEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR_END;
    });
    new ResizeObserver(() => this.atEnd && this.stayAtEnd()).observe(this.list);
    this.toasts = element("div", "toasts");
    this.toasts.setAttribute("role", "status");
    root.append(owner, head, this.list, this.toasts, this.composer.root);
    return root;
  }

  async load() {
    await this.chats.refresh();
    const last = await this.show(this.person.id);
    listen(this.person, last, (event) => this.take(event));
  }

  visit(id) {
    return this.does(() => this.show(id));
  }

  // Show a chat; gives the number of the last event that its messages know of.
  async show(id) {
    const turn = ++this.turn;
    const missed = (this.missed ??= []);
    let last = 0;
    try {
      const history = await api.history(this.person, id);
      if (turn !== this.turn) return history.last;
      last = history.last;
      this.turnTo(this.chats.find(id), history);
    } finally {
      if (turn === this.turn) {
        this.missed = null;
        for (const event of missed) if (event.seq > last || event.chat_id !== id) this.take(event);
      }
    }
    return last;
  }

  turnTo(chat, { messages, bot, blocked }) {
    this.composer.move(this.chat, chat);
    this.chat = chat;
    this.bot = bot;
    this.empty();
    if (!messages.length) this.introduce();
    for (const message of messages) this.put(message);
    this.showBlocked(blocked);
    this.avatar.textContent = [...chat.title][0] || "?";
    this.chats.read(chat.id);
    this.showState();
  }

  empty() {
    this.list.replaceChildren();
    this.day = "";
    this.begun = this.chat.type !== "bot";
    this.lastOwn = null;
  }

  take(event) {
    if (this.missed) this.missed.push(event);
    else if (event.kind === "blocked") this.showBlocked(event.blocked);
    else if (event.kind === "toast" && event.text) this.toast(event.text, event.show_alert);
    else if (event.chat_id === this.chat.id) this.takeHere(event);
    else if (event.kind === "message" && !event.message.out) this.chats.mark(event.chat_id);
    this.list.querySelectorAll(".pending").forEach((pressed) => pressed.classList.remove("pending"));
  }

  takeHere(event) {
    if (event.kind === "message" || event.kind === "edit") this.put(event.message);
    else if (event.kind === "delete") this.remove(event.message_id);
    this.showState();
    if (event.kind === "action") this.status.textContent = "typing…";
  }

  put(message) {
    if (message.out && message.text !== undefined && !message.via_bot) this.lastOwn = message;
    if (message.out) this.begun = true;
    const item = bubble(this, message);
    const before = this.find(message.message_id);
    if (before) before.replaceWith(item);
    else this.append(item, message);
    if (!message.out) this.composer.take(message.reply_markup);
    this.stayAtEnd();
  }

  // What people read of a bot before they press Start (https://core.telegram.org/bots/features#bot-settings).
  introduce() {
    if (this.chat.type !== "bot" || !this.bot.description) return;
    const item = element("li", "about");
    item.append(element("h3", "", "What can this bot do?"), element("p", "words", this.bot.description));
    this.list.append(item);
  }

  append(item, message) {
    this.list.querySelector(".about")?.remove();
    const date = dayOf(message);
    if (date !== this.day) this.list.append(day(message));
    this.day = date;
    this.list.append(item);
  }

  find(id) {
    return this.list.querySelector(`[data-id="${id}"]`);
  }

  // A day on which nothing is left goes, too.
  remove(id) {
    const item = this.find(id);
    const before = item?.previousElementSibling;
    item?.remove();
    const after = before?.nextElementSibling;
    if (!before?.classList.contains("day") || (after && !after.classList.contains("day"))) return;
    before.remove();
    if (!after) this.day = "";
  }

  stayAtEnd() {
    this.list.scrollTop = this.list.scrollHeight;
  }

  showState() {
    this.status.textContent = statusOf(this.chat);
    this.blocking.hidden = this.chat.type !== "bot";
    this.composer.show(this.begun);
  }

  showBlocked(blocked) {
    this.blocked = blocked;
    this.blocking.textContent = blocked ? "Unblock" : "Block";
  }

  async press(message, given, pressed) {
    if (given.callback_data !== undefined) {
      pressed.classList.add("pending");
      await this.does(() => api.tap(this.person, this.chat.id, message.message_id, given.callback_data));
    } else if (given.url) await follow(given.url, this);
    else if (given.copy_text) this.toast((await copy(given.copy_text.text)) ? "Copied" : "The browser does not allow copying.");
    else if (given.switch_inline_query_current_chat !== undefined) this.askInline(given.switch_inline_query_current_chat);
    else if (given.switch_inline_query !== undefined) await this.switchInline(given.switch_inline_query, this.chats.all());
    else if (given.switch_inline_query_chosen_chat) {
      const wanted = given.switch_inline_query_chosen_chat;
      const chats = this.chats.all().filter((chat) => wanted[ALLOWED[chat.type]]);
      await this.switchInline(wanted.query || "", chats);
    } else this.toast("This button works in Telegram itself.");
  }

  async switchInline(query, chats) {
    if (!chats.length) return this.toast("There is no such chat here.");
    const chat = await chooseChat("Choose a chat", "", chats);
    if (!chat) return;
    await this.visit(chat.id);
    this.askInline(query);
  }

  askInline(query) {
    this.composer.fill(`@${this.bot.username} ${query}`);
  }

  async act(kind, value) {
    if (kind === "bot_command") await this.send({ text: value });
    else if (kind === "url" || kind === "text_link") await follow(value, this);
  }

  async send(what) {
    await this.does(() => api.write(this.person, this.chat.id, what));
  }

  // A deep link leads into the chat with the bot.
  async open(link) {
    await this.does(async () => {
      await api.open(this.person, link);
      if (this.chat.type !== "bot") await this.show(this.person.id);
    });
  }

  async toggleBlock() {
    await this.does(() => (this.blocked ? api.unblock(this.person) : api.block(this.person)));
  }

  async does(what) {
    try {
      await what();
    } catch (error) {
      this.toast(error.message);
    }
  }

  toast(text, stays = false) {
    const note = element("p", "toast", text);
    this.toasts.append(note);
    setTimeout(() => note.remove(), stays ? TOAST_MS * 3 : TOAST_MS);
  }
}
