// News for all phones, over one connection: browsers open six to a server at most.

const listeners = new Map();
let stream = null;

// From now on, give a person's events after a number to `take`, each once.
export function listen(person, after, take) {
  listeners.set(person.id, { last: after, take });
  connect();
}

// EventSource reconnects by itself, and then tells from the beginning again; what is known is passed over.
function connect() {
  stream?.close();
  const query = new URLSearchParams([...listeners].map(([id, { last }]) => ["after", `${id}:${last}`]));
  stream = new EventSource(`/stream?${query}`);
  stream.onmessage = (message) => {
    const { person, ...event } = JSON.parse(message.data);
    const listener = listeners.get(person);
    if (event.seq <= listener.last) return;
    listener.last = event.seq;
    listener.take(event);
  };
}
