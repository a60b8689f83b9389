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

export const everybody = () => call("GET", "/people");
export const arrive = (traits) => call("POST", "/people", traits);
export const history = (person) => call("GET", `/people/${person.id}/chats/bot`);
export const commands = (person) => call("GET", `/people/${person.id}/commands`);
export const write = (person, what) => call("POST", `/people/${person.id}/messages`, what);
export const edit = (person, id, text) => call("PATCH", `/people/${person.id}/messages/${id}`, { text });
export const tap = (person, message_id, data) => call("POST", `/people/${person.id}/taps`, { message_id, data });
export const open = (person, link) => call("POST", `/people/${person.id}/open`, { link });
export const block = (person) => call("POST", `/people/${person.id}/block`, {});
export const unblock = (person) => call("POST", `/people/${person.id}/unblock`, {});
export const file = (person, id) => `/people/${person.id}/files/${encodeURIComponent(id)}`;

// Live events. EventSource reconnects by itself and says where it was (Last-Event-ID).
export function listen(person, after, take) {
  const stream = new EventSource(`/people/${person.id}/stream?after=${after}`);
  let last = after;
  stream.onmessage = (message) => {
    const event = JSON.parse(message.data);
    if (event.seq <= last) return;
    last = event.seq;
    take(event);
  };
  return stream;
}
