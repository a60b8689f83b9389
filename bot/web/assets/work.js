// Proof of work: solves an altcha challenge (https://altcha.org) of the kind PBKDF2/SHA-256 with the
// browser's own cryptography, whose threads leave the page free. chat.js asks for it; a page that
// holds a challenge itself is sent on by itself.
const TOGETHER = 8;
const MOST = 100_000;

const bytes = hex => Uint8Array.from(hex.match(/../g), two => parseInt(two, 16));
const hex = key => Array.from(new Uint8Array(key), one => one.toString(16).padStart(2, "0")).join("");

const derived = async ({nonce, salt, cost, keyLength}, counter) => {
  const start = bytes(nonce);
  const password = new Uint8Array(start.length + 4);
  password.set(start);
  new DataView(password.buffer).setUint32(start.length, counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = {name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost};
  return hex(await crypto.subtle.deriveBits(how, key, keyLength * 8));
};

// What goes into the form's field; an error where this browser cannot do it.
export const solve = async challenge => {
  const {parameters} = challenge;
  for (let first = 0; first < MOST; first += TOGETHER) {
    const counters = Array.from({length: TOGETHER}, (_, place) => first + place);
    const keys = await Promise.all(counters.map(counter => derived(parameters, counter)));
    const place = keys.findIndex(key => key.startsWith(parameters.keyPrefix));
    if (place >= 0) {
      const solution = {counter: first + place, derivedKey: keys[place]};
      return btoa(JSON.stringify({challenge, solution}));
    }
  }
  throw new Error("no solution");
};

// A page that asks for it: who cannot work is shown how to wait, which is there already.
const form = document.querySelector("form[data-challenge]");
if (form) {
  const status = document.getElementById("working");
  const wait = () => { status.textContent = ""; };
  const altcha = form.elements.namedItem("altcha");
  addEventListener("pageshow", event => { if (event.persisted) wait(); });
  status.textContent = status.dataset.words;
  solve(JSON.parse(form.dataset.challenge)).then(solved => {
    altcha.value = solved;
    form.submit();
  }, wait);
}
