// What people can do, over HTTP.

async function call(method, path, body) {
  const options = { method };
  if (body instanceof FormData) options.body = body;
  else if (body) {
    options.body = JSON.stringify(body);
    options.headers = { "Content-Type": "application/json" };
  }
  const answer = await fetch(path, options);
  const result = await answer.json();
  if (!answer.ok) throw new Error(result.description || `HTTP ${answer.status}`);
  return result;
}

const of = (person) => `/people/${person.id}`;

export const everybody = () => call("GET", "/people");
export const arrive = (traits) => call("POST", "/people", traits);
export const gather = (title, members) => call("POST", "/groups", { title, members });
export const chats = (person) => call("GET", `${of(person)}/chats`);
export const history = (person, chat) => call("GET", `${of(person)}/chats/${chat}`);
export const commands = (person, chat) => call("GET", `${of(person)}/commands?chat=${chat}`);
export const edit = (person, chat_id, id, said) => call("PATCH", `${of(person)}/messages/${id}`, { chat_id, ...said });
export const tap = (person, chat_id, message_id, data) => call("POST", `${of(person)}/taps`, { chat_id, message_id, data });
export const open = (person, link) => call("POST", `${of(person)}/open`, { link });
export const block = (person) => call("POST", `${of(person)}/block`, {});
export const unblock = (person) => call("POST", `${of(person)}/unblock`, {});
export const ask = (person, chat_id, query) => call("POST", `${of(person)}/inline`, { chat_id, query });
export const choose = (person, chat_id, inline_query_id, result_id) =>
  call("POST", `${of(person)}/inline/choose`, { chat_id, inline_query_id, result_id });
export const guide = () => call("GET", "/guide");
export const mail = (after) => call("GET", `/mail?after=${after}`);
export const story = (after, wait) => call("GET", `/story?after=${after}&wait=${wait}`);
export const steer = (wish) => call("POST", "/story", wish);
export const file = (person, id) => `${of(person)}/files/${encodeURIComponent(id)}`;

// What is an object of fields, or a form with a file.
export function write(person, chat_id, what) {
  if (what instanceof FormData) what.append("chat_id", chat_id);
  else what = { ...what, chat_id };
  return call("POST", `${of(person)}/messages`, what);
}
