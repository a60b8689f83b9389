// Where a link leads: a deep link is opened by somebody, a share link hands a text to somebody.

import { choose } from "./dialogs.js";

export const isOurs = (url) => /^(https?:\/\/)?t\.me\//.test(url);

export async function follow(url, phones, from) {
  if (!isOurs(url)) {
    window.open(url, "_blank", "noopener");
    return;
  }
  const link = new URL(url.startsWith("http") ? url : `https://${url}`);
  if (link.pathname === "/share/url") return share(link, phones, from);
  const who = await ask("Open as…", url, phones);
  if (who) await who.open(link.href);
}

async function share(link, phones, from) {
  const words = link.searchParams.get("text") || "";
  const target = link.searchParams.get("url") || "";
  const others = phones.filter((phone) => phone !== from);
  const who = await ask("Send to…", `${words} ${target}`.trim(), others);
  if (who) who.receive(from.person.first_name, words, target);
}

async function ask(title, text, phones) {
  const choices = phones.map((phone) => [String(phone.person.id), phone.person.first_name]);
  const id = await choose(title, text, choices);
  return phones.find((phone) => String(phone.person.id) === id);
}

export const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    /* without permission the toast still shows the text */
  }
};

