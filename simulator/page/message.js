// One message as a bubble.

import * as api from "./api.js";
import { enlarge } from "./dialogs.js";
import { anchor, button, element } from "./elements.js";
import { render } from "./entities.js";
import { outside } from "./links.js";

export function bubble(phone, message) {
  const item = element("li", message.out ? "message out" : "message in");
  item.dataset.id = message.message_id;
  const body = element("div", "bubble");
  if (phone.chat.type === "group" && !message.out) body.append(element("p", "sender", message.from.first_name));
  if (message.ephemeral_message_id) body.append(element("p", "forwarded", "Only you and the bot see this"));
  if (message.via_bot) body.append(element("p", "forwarded", `via @${message.via_bot.username}`));
  if (message.forward_origin) body.append(element("p", "forwarded", "Forwarded from a chat"));
  if (message.group_chat_created) body.append(element("p", "", `${message.from.first_name} made the group “${message.chat.title}”`));
  if (message.forum_topic_created) body.append(element("p", "", `Topic “${message.forum_topic_created.name}”`));
  const replied = message.reply_to_message;
  if (replied?.text) body.append(element("p", "forwarded", `↩ ${start(replied.text)}`));
  body.title = "Double-click to reply";
  body.addEventListener("dblclick", () => phone.composer.replyTo(message, start(message.text ?? "")));
  if (message.photo) body.append(photo(phone, message));
  for (const kind of ["document", "video", "voice"]) {
    if (message[kind]) body.append(download(phone, message[kind], kind));
  }
  if (message.sticker) body.append(element("p", "sticker", message.sticker.emoji || "🙂"));
  if (message.location) body.append(element("p", "", "📍 A place"));
  if (message.contact) body.append(element("p", "", `☎ ${message.contact.first_name}`));
  const text = message.text ?? message.caption;
  if (text) {
    const words = element("div", "words");
    words.dir = "auto";
    words.append(render(text, message.entities || message.caption_entities, (kind, value) => phone.act(kind, value)));
    body.append(words);
  }
  body.append(stamp(message));
  item.append(body);
  const rows = message.reply_markup?.inline_keyboard;
  if (rows?.length) item.append(keyboard(phone, message, rows));
  return item;
}

function start(text) {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

function keyboard(phone, message, rows) {
  const grid = element("div", "keyboard");
  for (const row of rows) {
    const line = element("div", "row");
    line.append(...row.map((given) => key(phone, message, given)));
    grid.append(line);
  }
  return grid;
}

function key(phone, message, given) {
  const away = given.url ? outside(given.url) : "";
  const look = [given.style, given.url && "leads-out"].filter(Boolean).join(" ");
  if (away) return anchor(away, given.text, look);
  return button(given.text, (pressed) => phone.press(message, given, pressed), look);
}

function photo(phone, message) {
  const source = api.file(phone.person, message.photo.at(-1).file_id);
  const frame = button("", () => enlarge(source, message.caption || "Picture"), "photo", "Enlarge the picture");
  const image = document.createElement("img");
  image.src = source;
  image.alt = "Picture";
  image.addEventListener("load", () => phone.stayAtEnd());
  frame.append(image);
  return frame;
}

function download(phone, what, kind) {
  const link = element("a", "file", `${kind === "voice" ? "🎤 Voice message" : `📄 ${what.file_name || kind}`}`);
  link.href = api.file(phone.person, what.file_id);
  link.download = what.file_name || kind;
  return link;
}

export const dayOf = (message) => new Date(message.date * 1000).toDateString();

// The day on which the messages below it were written.
export function day(message) {
  const when = new Date(message.date * 1000);
  const year = when.getFullYear() === new Date().getFullYear() ? {} : { year: "numeric" };
  return element("li", "day", when.toLocaleDateString("en-GB", { day: "numeric", month: "long", ...year }));
}

function stamp(message) {
  const when = new Date(message.date * 1000);
  const time = element("time", "stamp", `${message.edit_date ? "edited " : ""}${when.toTimeString().slice(0, 5)}`);
  time.dateTime = when.toISOString();
  return time;
}
