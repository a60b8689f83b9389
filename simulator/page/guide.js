// What a newcomer reads first: who is who, and what to try. Closed once, it stays closed.

import * as api from "./api.js";
import { element } from "./elements.js";

const CLOSED = "guide-closed";
const NARROW = matchMedia("(max-width: 719px)");

export async function showGuide() {
  const { intro, things } = await api.guide();
  if (!things?.length) return;
  const guide = document.getElementById("guide");
  guide.querySelector(".intro").textContent = intro || "";
  const entries = things.map(({ title, text }) => {
    const entry = element("li");
    entry.append(element("strong", "", title), " ", text);
    return entry;
  });
  guide.querySelector("ol").replaceChildren(...entries);
  guide.open = !NARROW.matches && localStorage.getItem(CLOSED) === null;
  guide.hidden = false;
  guide.querySelector("summary").addEventListener("click", () => {
    if (guide.open) localStorage.setItem(CLOSED, "yes"); // about to be closed
    else localStorage.removeItem(CLOSED);
  });
}
