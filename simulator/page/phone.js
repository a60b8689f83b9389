// One person's phone: their chat with the bot, live.

import * as api from "./api.js";
import { choose } from "./dialogs.js";
import { copy, follow } from "./links.js";
import { bubble, element } from "./message.js";

const TOAST_MS = 3500;

export class Phone {
  constructor(person, phones) {
    this.person = person;
    this.phones = phones;
    this.begun = false;
    this.blocked = false;
    this.lastOwn = null;
    this.editing = null;
    this.root = this.build();
  }

  build() {
    const root = element("section", "phone");
    root.id = `phone-${this.person.id}`;
    root.setAttribute("aria-label", `${this.person.first_name}’s phone`);
    const head = element("header", "head");
    const names = element("div", "names");
    this.botName = element("strong", "", "Bot");
    this.status = element("span", "status", "bot");
    names.append(this.botName, this.status);
    const owner = element("span", "owner", this.person.first_name);
    owner.dir = "auto";
    this.blocking = element("button", "quiet", "Block");
    this.blocking.type = "button";
    this.blocking.addEventListener("click", () => this.toggleBlock());
    this.avatar = element("span", "avatar", "B");
    head.append(this.avatar, names, owner, this.blocking);
    this.list = element("ol", "messages");
    this.list.setAttribute("role", "log");
    this.list.setAttribute("aria-live", "polite");
    this.list.setAttribute("aria-label", "Messages");
    this.list.tabIndex = 0;
    this.toasts = element("div", "toasts");
    this.toasts.setAttribute("role", "status");
    this.foot = element("footer", "foot");
    root.append(head, this.list, this.toasts, this.foot);
    this.buildComposer();
    return root;
  }

  buildComposer() {
    this.start = element("button", "start", "START");
    this.start.type = "button";
    this.start.addEventListener("click", () => this.say("/start"));
    this.keys = element("div", "keys");
    this.menu = element("div", "menu");
    this.menu.hidden = true;
    this.composer = element("form", "composer");
    const attach = element("button", "quiet", "+");
    attach.type = "button";
    attach.setAttribute("aria-label", "Send something else");
    attach.addEventListener("click", () => this.attach());
    const slash = element("button", "quiet", "/");
    slash.type = "button";
    slash.setAttribute("aria-label", "Commands");
    slash.addEventListener("click", () => this.toggleMenu());
    this.input = element("textarea");
    this.input.rows = 1;
    this.input.dir = "auto";
    this.input.placeholder = "Message";
    this.input.setAttribute("aria-label", `Message from ${this.person.first_name}`);
    this.input.addEventListener("keydown", (event) => this.key(event));
    const send = element("button", "send", "➤");
    send.setAttribute("aria-label", "Send");
    this.composer.append(attach, slash, this.input, send);
    this.composer.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.file = element("input");
    this.file.type = "file";
    this.file.hidden = true;
    this.file.addEventListener("change", () => this.upload());
    this.foot.append(this.start, this.menu, this.keys, this.composer, this.file);
  }

  async load() {
    const { messages, bot, last } = await api.history(this.person);
    this.botName.textContent = bot.first_name;
    this.avatar.textContent = bot.first_name.slice(0, 1);
    for (const message of messages) this.put(message);
    this.showStart();
    api.listen(this.person, last, (event) => this.take(event));
  }

  take(event) {
    this.status.textContent = "bot";
    if (event.kind === "message" || event.kind === "edit") this.put(event.message);
    else if (event.kind === "delete") this.find(event.message_id)?.remove();
    else if (event.kind === "toast" && event.text) this.toast(event.text, event.show_alert);
    else if (event.kind === "action") this.status.textContent = "typing…";
    this.list.querySelectorAll(".pending").forEach((button) => button.classList.remove("pending"));
    this.showStart();
  }

  put(message) {
    if (message.out && message.text !== undefined) this.lastOwn = message;
    if (message.out) this.begun = true;
    const item = bubble(this, message);
    const before = this.find(message.message_id);
    if (before) before.replaceWith(item);
    else this.list.append(item);
    if (!message.out) this.takeKeyboard(message.reply_markup);
    this.stayAtEnd();
  }

  find(id) {
    return this.list.querySelector(`[data-id="${id}"]`);
  }

  stayAtEnd() {
    this.list.scrollTop = this.list.scrollHeight;
  }

  showStart() {
    this.start.hidden = this.begun;
    this.composer.hidden = !this.begun;
  }

  takeKeyboard(markup) {
    if (markup?.remove_keyboard) this.keys.replaceChildren();
    if (!markup?.keyboard) return;
    const rows = markup.keyboard.map((row) => {
      const line = element("div", "row");
      for (const given of row) {
        const button = element("button", "", given.text);
        button.type = "button";
        button.addEventListener("click", () => this.pressKey(given, markup));
        line.append(button);
      }
      return line;
    });
    this.keys.replaceChildren(...rows);
  }

  async pressKey(given, markup) {
    if (given.request_contact) {
      const yes = await choose("Share your phone number?", "The bot will see it.", [["yes", "Share my number"]]);
      if (!yes) return;
      await this.does(() => api.write(this.person, { contact: "own" }));
    } else {
      await this.say(given.text);
    }
    if (markup.one_time_keyboard) this.keys.replaceChildren();
  }

  async press(message, given, button) {
    if (given.callback_data !== undefined) {
      button.classList.add("pending");
      await this.does(() => api.tap(this.person, message.message_id, given.callback_data));
    } else if (given.url) await follow(given.url, this.phones, this);
    else if (given.copy_text) {
      await copy(given.copy_text.text);
      this.toast("Copied");
    } else this.toast("This button works in Telegram itself.");
  }

  async act(kind, value) {
    if (kind === "bot_command") await this.say(value);
    else if (kind === "url" || kind === "text_link") await follow(value, this.phones, this);
  }

  async say(text) {
    this.menu.hidden = true;
    await this.does(() => api.write(this.person, { text }));
  }

  async open(link) {
    await this.does(() => api.open(this.person, link));
    location.hash = `#phone-${this.person.id}`;
  }

  // Something a friend sent outside the bot: shown here only.
  receive(from, words, link) {
    const text = `${words}\n${link}`.trim();
    const offset = text.length - link.length;
    this.put({
      message_id: `local-${Date.now()}`,
      date: Date.now() / 1000,
      text,
      forwarded_from: from,
      entities: link ? [{ type: "url", offset, length: link.length }] : [],
    });
    location.hash = `#phone-${this.person.id}`;
  }

  async submit() {
    const text = this.input.value.trim();
    if (!text) return;
    const { editing } = this;
    this.input.value = "";
    this.editing = null;
    this.composer.classList.remove("editing");
    if (editing) await this.does(() => api.edit(this.person, editing, text));
    else await this.say(text);
  }

  key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "ArrowUp" && !this.input.value && this.lastOwn) {
      this.editing = this.lastOwn.message_id;
      this.input.value = this.lastOwn.text;
      this.composer.classList.add("editing");
    } else if (event.key === "Escape") {
      this.editing = null;
      this.input.value = "";
      this.menu.hidden = true;
      this.composer.classList.remove("editing");
    }
  }

  async attach() {
    const choices = [["sticker", "A sticker"], ["contact", "My contact"], ["location", "A place"], ["file", "A picture or file"]];
    const kind = await choose("Send…", "", choices);
    if (kind === "file") this.file.click();
    else if (kind === "contact") await this.does(() => api.write(this.person, { contact: "own" }));
    else if (kind) await this.does(() => api.write(this.person, { [kind]: true }));
  }

  async upload() {
    const [file] = this.file.files;
    if (!file) return;
    const form = new FormData();
    form.append(file.type.startsWith("image/") ? "photo" : "document", file);
    this.file.value = "";
    await this.does(() => api.write(this.person, form));
  }

  async toggleMenu() {
    if (!this.menu.hidden) {
      this.menu.hidden = true;
      return;
    }
    const known = await api.commands(this.person);
    const buttons = known.map(({ command, description }) => {
      const button = element("button");
      button.type = "button";
      button.append(element("b", "", `/${command}`), element("span", "", description));
      button.addEventListener("click", () => this.say(`/${command}`));
      return button;
    });
    this.menu.replaceChildren(...buttons);
    this.menu.hidden = false;
    this.menu.querySelector("button")?.focus();
  }

  async toggleBlock() {
    await this.does(() => (this.blocked ? api.unblock(this.person) : api.block(this.person)));
    this.blocked = !this.blocked;
    this.blocking.textContent = this.blocked ? "Unblock" : "Block";
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
