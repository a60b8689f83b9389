// Questions the page asks: who opens a link, whether to share a number, who joins.

const chooser = document.getElementById("chooser");

// Resolves to the chosen value, or null.
export function choose(title, text, choices) {
  chooser.querySelector("h2").textContent = title;
  chooser.querySelector("p").textContent = text;
  const buttons = choices.map(([value, label]) => {
    const button = document.createElement("button");
    button.value = value;
    button.textContent = label;
    return button;
  });
  document.getElementById("chooser-choices").replaceChildren(...buttons);
  return answered(chooser);
}

export async function newcomer() {
  const dialog = document.getElementById("newcomer");
  const form = dialog.querySelector("form");
  form.reset();
  const pressed = await answered(dialog);
  const given = Object.fromEntries(new FormData(form));
  return pressed && given.first_name.trim() ? given : null;
}

export function enlarge(source, words) {
  const dialog = document.getElementById("picture");
  const image = dialog.querySelector("img");
  image.src = source;
  image.alt = words;
  dialog.showModal();
}

function answered(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue || null), { once: true });
  });
}
