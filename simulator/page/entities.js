// Text with entities as DOM nodes. Only text nodes and our own elements: a text never becomes markup.
// Offsets count UTF-16 units, as JavaScript's strings do.

import { anchor, button } from "./elements.js";
import { outside } from "./links.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", spoiler: "span", code: "code",
  pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const BLOCKS = new Set(["BLOCKQUOTE", "PRE"]);
const ADDRESSES = new Set(["text_link", "url"]);
const LINKS = new Set([...ADDRESSES, "mention", "bot_command", "hashtag"]);

export function render(text, entities, act) {
  const ordered = [...(entities || [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return part(text, 0, text.length, ordered, act);
}

function part(text, from, to, entities, act) {
  const nodes = document.createDocumentFragment();
  let at = from;
  while (entities.length) {
    const entity = entities.shift();
    const start = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    if (start >= end) continue;
    nodes.append(text.slice(at, start));
    const inner = [];
    while (entities.length && entities[0].offset < end) inner.push(entities.shift());
    const element = made(entity, text.slice(start, end), act);
    element.append(part(text, start, end, inner, act));
    nodes.append(element);
    at = BLOCKS.has(element.tagName) && text[end] === "\n" ? end + 1 : end; // a block ends its line by itself
  }
  nodes.append(text.slice(at, to));
  return nodes;
}

function made(entity, words, act) {
  if (LINKS.has(entity.type)) {
    const target = entity.url || words;
    const away = ADDRESSES.has(entity.type) ? outside(target) : "";
    return away ? anchor(away, "", "link") : button("", () => act(entity.type, target), "link");
  }
  const element = document.createElement(TAGS[entity.type] || "span");
  if (entity.type === "spoiler") {
    element.className = "spoiler";
    element.tabIndex = 0;
    element.addEventListener("click", () => element.classList.add("shown"));
    element.addEventListener("keydown", (event) => event.key === "Enter" && element.classList.add("shown"));
  }
  if (entity.type === "date_time") {
    element.className = "when";
    element.title = new Date(entity.unix_time * 1000).toLocaleString();
  }
  return element;
}
