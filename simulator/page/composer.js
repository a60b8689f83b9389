// Where a person writes: text, files, commands, keys, and questions to the bot in any chat.

import * as api from "./api.js";
import { captioned, choose } from "./dialogs.js";
import { button, element } from "./elements.js";
import { Inline } from "./inline.js";
import { mark, marked, styled } from "./markdown.js";

const STYLES = { b: "bold", i: "italic" };

export class Composer {
  constructor(phone) {
    this.phone = phone;
    this.editing = null;
    this.replying = null;
    this.drafts = new Map();
    this.start = button("START", () => phone.send({ text: "/start" }), "start");
    this.keys = element("div", "keys");
    this.menu = element("div", "menu");
    this.menu.hidden = true;
    this.form = element("form", "composer");
    this.slash = button("/", () => this.toggleMenu(), "quiet", "Commands");
    this.input = element("textarea");
    this.input.rows = 1;
    this.input.dir = "auto";
    this.input.placeholder = "Message";
    this.input.title = "**bold** or Ctrl-B, __italic__ or Ctrl-I; Shift-Enter for a new line";
    this.input.setAttribute("aria-label", `Message from ${phone.person.first_name}`);
    this.inline = new Inline(phone, this.input);
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("input", () => this.inline.typed());
    const send = element("button", "send", "➤");
    send.setAttribute("aria-label", "Send");
    this.form.append(button("+", () => this.attach(), "quiet", "Send something else"), this.slash, this.input, send);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.file = element("input");
    this.file.type = "file";
    this.file.hidden = true;
    this.file.addEventListener("change", () => this.upload());
    this.root = element("footer", "foot");
    this.root.append(this.start, this.menu, this.inline.list, this.keys, this.form, this.file);
  }

  // Leave one chat for another; what was begun to be written waits in its chat.
  move(from, to) {
    if (from) this.drafts.set(from.id, this.editing ? "" : this.input.value);
    this.clear();
    this.menu.hidden = true;
    this.keys.replaceChildren();
    this.slash.hidden = to.type === "private";
    this.fill(this.drafts.get(to.id) || "", false);
  }

  fill(text, focus = true) {
    this.input.value = text;
    this.inline.typed();
    if (focus) this.input.focus();
  }

  // What is sent next is a reply to that message.
  replyTo(message, start) {
    this.clear();
    this.replying = message.message_id;
    this.input.placeholder = `Reply to: ${start}`;
    this.form.classList.add("editing");
    this.input.focus();
  }

  clear() {
    this.input.value = "";
    this.input.placeholder = "Message";
    this.editing = this.replying = null;
    this.form.classList.remove("editing");
    this.inline.close();
  }

  show(begun) {
    this.start.hidden = begun;
    this.form.hidden = !begun;
  }

  async submit() {
    if (this.inline.asking) return this.inline.choose();
    const text = this.input.value.trim();
    if (!text) return;
    const { editing, replying, phone } = this;
    this.clear();
    this.menu.hidden = true;
    if (editing) await phone.does(() => api.edit(phone.person, phone.chat.id, editing, styled(text)));
    else await phone.send(replying ? { ...styled(text), reply_to: replying } : styled(text));
  }

  key(event) {
    if (event.isComposing) return;
    const { lastOwn } = this.phone;
    if (this.inline.key(event)) event.preventDefault();
    else if ((event.ctrlKey || event.metaKey) && STYLES[event.key.toLowerCase()]) {
      event.preventDefault();
      mark(this.input, STYLES[event.key.toLowerCase()]);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    } else if (event.key === "ArrowUp" && !this.input.value && lastOwn) {
      this.editing = lastOwn.message_id;
      this.input.value = marked(lastOwn.text, lastOwn.entities);
      this.form.classList.add("editing");
    } else if (event.key === "Escape") {
      this.clear();
      this.menu.hidden = true;
    }
  }

  // The keyboard that a bot puts in place of the person's own.
  take(markup) {
    if (markup?.remove_keyboard) this.keys.replaceChildren();
    if (!markup?.keyboard) return;
    const rows = markup.keyboard.map((row) => {
      const line = element("div", "row");
      line.append(...row.map((given) => button(given.text, () => this.pressKey(given, markup))));
      return line;
    });
    this.keys.replaceChildren(...rows);
  }

  async pressKey(given, markup) {
    if (given.request_contact) {
      const yes = await choose("Share your phone number?", "The bot will see it.", [["yes", "Share my number"]]);
      if (!yes) return;
      await this.phone.send({ contact: "own" });
    } else {
      await this.phone.send({ text: given.text });
    }
    if (markup.one_time_keyboard) this.keys.replaceChildren();
  }

  async attach() {
    const choices = [["sticker", "A sticker"], ["contact", "My contact"], ["location", "A place"], ["file", "A picture or file"]];
    const kind = await choose("Send…", "", choices);
    if (kind === "file") this.file.click();
    else if (kind === "contact") await this.phone.send({ contact: "own" });
    else if (kind) await this.phone.send({ [kind]: true });
  }

  async upload() {
    const [file] = this.file.files;
    if (!file) return;
    this.file.value = "";
    const picture = file.type.startsWith("image/");
    const given = await captioned(file, picture);
    if (!given) return;
    const form = new FormData();
    form.append(picture ? "photo" : "document", file);
    const { text, entities } = styled(given.caption.trim());
    if (text) form.append("caption", text);
    if (entities) form.append("caption_entities", JSON.stringify(entities));
    await this.phone.send(form);
  }

  async toggleMenu() {
    if (!this.menu.hidden) {
      this.menu.hidden = true;
      return;
    }
    const known = await api.commands(this.phone.person, this.phone.chat.id);
    const entries = known.map(({ command, description }) => {
      const entry = button("", () => {
        this.menu.hidden = true;
        this.phone.send({ text: `/${command}` });
      });
      entry.append(element("b", "", `/${command}`), element("span", "", description));
      return entry;
    });
    this.menu.replaceChildren(...entries);
    this.menu.hidden = false;
    this.menu.querySelector("button")?.focus();
  }
}
