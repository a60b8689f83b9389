// Questions the page asks: which chat, whether to share a number, who joins, what a group is called.

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

export const newcomer = () => filledIn("newcomer", "first_name");
export const newGroup = () => filledIn("group", "title");

// What stands in the fields of a dialog, or null if the needed one was left empty.
async function filledIn(id, needed) {
  const dialog = document.getElementById(id);
  const form = dialog.querySelector("form");
  form.reset();
  const pressed = await answered(dialog);
  const given = Object.fromEntries(new FormData(form));
  return pressed && given[needed].trim() ? given : null;
}

// The words under a file that is about to be sent, or null if it is not.
export async function captioned(file, picture) {
  const dialog = document.getElementById("upload");
  const image = dialog.querySelector("img");
  image.hidden = !picture;
  if (picture) image.src = URL.createObjectURL(file);
  dialog.querySelector("p").textContent = file.name;
  const form = dialog.querySelector("form");
  form.reset();
  const pressed = await answered(dialog);
  if (picture) URL.revokeObjectURL(image.src);
  return pressed && Object.fromEntries(new FormData(form));
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
