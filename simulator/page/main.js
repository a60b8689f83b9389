// The page: phones side by side, or one at a time where it is narrow.

import * as api from "./api.js";
import { BrowserPhone } from "./browser.js";
import { newcomer, newGroup } from "./dialogs.js";
import { showGuide } from "./guide.js";
import { Phone } from "./phone.js";
import { followStory } from "./story.js";

const FIRST = [
  { first_name: "Ada", last_name: "Lovelace", language_code: "en" },
  { first_name: "Ben", language_code: "en" },
  { first_name: "Sam", language_code: "en" },
];
const MOST = 6;
const RETRY_MS = 1000;
const phones = [];
const browsers = [];
const place = document.getElementById("phones");
const tabs = document.getElementById("tabs");

async function add(person) {
  const phone = new Phone(person, phones);
  phones.push(phone);
  showTab(phone, person.first_name, person.about);
  await phone.load();
  for (const other of phones) other.chats.draw();
}

// Somebody who has no Telegram: what they open leads into the campaign's own pages.
async function addBrowser() {
  const { browser } = await api.guide();
  if (!browser) return;
  const phone = new BrowserPhone(browser);
  browsers.push(phone);
  showTab(phone, browser.name, browser.about);
}

function showTab(phone, name, about) {
  place.append(phone.root);
  const tab = document.createElement("button");
  tab.type = "button";
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", phone.root.id);
  tab.textContent = name;
  if (about) tab.title = about;
  tab.addEventListener("click", () => show(phone));
  tabs.append(tab);
  phone.tab = tab;
}

function show(chosen) {
  for (const phone of [...phones, ...browsers]) {
    phone.root.classList.toggle("front", phone === chosen);
    phone.tab.setAttribute("aria-selected", String(phone === chosen));
  }
  chosen.stayAtEnd();
}

async function begin() {
  let people = await api.everybody();
  if (!people.length) {
    for (const traits of FIRST) await api.arrive(traits);
    people = await api.everybody();
  }
  const cast = people.filter(({ about }) => about); // a crowd that comes by itself has no phones here
  for (const person of (cast.length ? cast : people).slice(0, MOST)) await add(person);
  await addBrowser();
  show(phones[0]);
}

async function beginWhenThereIsABot() {
  for (;;) {
    try {
      await begin();
      return;
    } catch (error) {
      place.replaceChildren();
      tabs.replaceChildren();
      phones.length = 0;
      browsers.length = 0;
      place.append(Object.assign(document.createElement("p"), { className: "waiting", textContent: "Waiting for the bot…" }));
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      place.replaceChildren();
    }
  }
}

document.getElementById("add-person").addEventListener("click", async () => {
  const traits = await newcomer();
  if (!traits) return;
  await add(await api.arrive({ ...traits, about: "added by you" }));
  show(phones.at(-1));
  phones.at(-1).root.scrollIntoView({ inline: "end" });
});

document.getElementById("add-group").addEventListener("click", async () => {
  const group = await newGroup();
  if (!group) return;
  const { id } = await api.gather(group.title, phones.map(({ person }) => person.id));
  for (const phone of phones) await phone.does(() => phone.chats.refresh());
  await phones[0].visit(id);
});

window.addEventListener("hashchange", () => {
  const phone = [...phones, ...browsers].find(({ root }) => `#${root.id}` === location.hash);
  if (phone) show(phone);
});

const themes = { "": "dark", dark: "light", light: "" };
const setTheme = (theme) => {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem("theme", theme);
};
setTheme(localStorage.getItem("theme") || "");
document.getElementById("theme").addEventListener("click", () => {
  setTheme(themes[document.documentElement.dataset.theme || ""]);
});

beginWhenThereIsABot();
showGuide();
followStory();
