// Small elements that everything is made of.

export function element(tag, name = "", text = "") {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = text;
  return made;
}

export function button(text, press, name = "", label = "") {
  const made = element("button", name, text);
  made.type = "button";
  if (label) made.setAttribute("aria-label", label);
  made.addEventListener("click", () => press(made));
  return made;
}

// A link that leaves this page for good.
export function anchor(href, text, name = "") {
  const made = element("a", name, text);
  made.href = href;
  made.target = "_blank";
  made.rel = "noopener noreferrer";
  return made;
}
