// The page: phones side by side, or one at a time where it is narrow.

import * as api from "./api.js";
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
const place = document.getElementById("phones");
const tabs = document.getElementById("tabs");

async function add(person) {
  const phone = new Phone(person, phones);
  phones.push(phone);
  place.append(phone.root);
  const tab = document.createElement("button");
  tab.type = "button";
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", phone.root.id);
  tab.textContent = person.first_name;
  if (person.about) tab.title = person.about;
  tab.addEventListener("click", () => show(phone));
  tabs.append(tab);
  phone.tab = tab;
  await phone.load();
  for (const other of phones) other.chats.draw();
}

function show(chosen) {
  for (const phone of phones) {
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
  const phone = phones.find(({ root }) => `#${root.id}` === location.hash);
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
