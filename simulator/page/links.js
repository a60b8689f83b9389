// Where a link leads: a deep link is opened by who taps it, a share link asks for a chat, others leave the page.

import { choose } from "./dialogs.js";

const HOSTS = new Set(["t.me", "www.t.me", "telegram.me"]);

function parsed(url) {
  try {
    return new URL(/^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `https://${url}`);
  } catch {
    return null;
  }
}

const inTelegram = (link) => link.protocol === "tg:" || HOSTS.has(link.hostname);

// The address outside Telegram that a link leads to, or "".
export function outside(url) {
  const link = parsed(url);
  return link && /^https?:$/.test(link.protocol) && !inTelegram(link) ? link.href : "";
}

export async function follow(url, phone) {
  const link = parsed(url);
  if (!link || !inTelegram(link)) return phone.toast("This link leads nowhere.");
  if (link.pathname === "/share/url" || link.pathname === "/share" || link.host === "msg_url") return share(link, phone);
  return phone.open(link.href);
}

async function share(link, phone) {
  const words = shared(link.searchParams);
  const chats = phone.chats.all().filter((chat) => chat.type !== "bot");
  const chat = words && (await chooseChat("Share with…", words, chats));
  if (!chat) return;
  await phone.visit(chat.id);
  await phone.send({ text: words });
}

// The address, and the text below it: td, LinkManager::get_internal_link_message_draft.
function shared(given) {
  const text = (given.get("text") || "").replace(/\n+$/, "");
  const words = [(given.get("url") || "").trim(), text].filter(Boolean).join("\n");
  return words.startsWith("@") ? ` ${words}` : words;
}

export async function chooseChat(title, text, chats) {
  const id = await choose(title, text, chats.map((chat) => [String(chat.id), chat.title]));
  return chats.find((chat) => String(chat.id) === id);
}

// Whether the text is in the clipboard now.
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedFromField(text);
  }
}

// Browsers keep navigator.clipboard from pages that came without HTTPS.
function copiedFromField(text) {
  const field = document.createElement("textarea");
  const before = document.activeElement;
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  before?.focus();
  return done;
}
