// The connection: what the server pushes, and what we tell it we look at.

const listeners = new Map();

/** Everything that is known of the streams and the system. */
export const live = {
  state: {streams: [], system: [], dead_letters: {}},
  newest: new Map(), // handle → newest moment with its colours
  paused: false,
  connected: false,
};

const browser = Array.from(crypto.getRandomValues(new Uint8Array(10)), b => b.toString(36)).join('').slice(0, 20);
let source = null;
let retry = 0;
let looking = {glances: [], focus: null}; // ids, as handles are of one run of the server

/** Calls back at 'state', 'moment', 'connection' and 'login'; returns how to stop that. */
export function on(event, listener) {
  if (!listeners.has(event)) listeners.set(event, new Set());
  listeners.get(event).add(listener);
  return () => listeners.get(event).delete(listener);
}

function tell(event, value) {
  for (const listener of [...listeners.get(event) ?? []]) listener(value);
}

export const streamOf = id => live.state.streams.find(stream => stream.id === id);

/** Asks for JSON; null where there is nothing (any more). */
export async function ask(path) {
  const response = await fetch(`api/${path}`);
  if (response.status === 401) tell('login');
  if (!response.ok) return null;
  return response.json();
}

export function connect() {
  source?.close();
  source = new EventSource(`api/events?browser=${browser}`);
  source.addEventListener('state', event => {
    const state = JSON.parse(event.data);
    if (live.state.instance !== state.instance) live.newest.clear();
    live.state = state;
    if (!live.connected) {
      live.connected = true;
      retry = 0;
      tell('connection', true);
      sendLook();
    } else if (unsent()) {
      sendLook();
    }
    tell('state', state);
  });
  source.addEventListener('moment', event => {
    const moment = JSON.parse(event.data);
    live.newest.set(moment.stream, moment);
    tell('moment', moment);
  });
  source.onerror = async () => {
    live.connected = false;
    sent = '';
    tell('connection', false);
    source.close();
    const wait = Math.min(5000, 250 * 2 ** retry++);
    setTimeout(async () => {
      try {
        await ask('state'); // tells whether it is the token that is missing
      } catch (e) {
        // not there yet
      }
      connect();
    }, wait);
  };
}

let sent = '';

function look() {
  const glances = looking.glances.map(streamOf).filter(Boolean).map(stream => stream.handle);
  return `streams=${glances.join(',')}&focus=${streamOf(looking.focus)?.handle ?? -1}`;
}

const unsent = () => look() !== sent;

let timer = null;

/** Says which streams are visible, and which one is looked at alone (null: none). */
export function watch(glances, focus) {
  looking = {glances, focus};
  clearTimeout(timer);
  timer = setTimeout(() => live.connected && unsent() && sendLook(), 100);
}

async function sendLook() {
  const wanted = look();
  sent = wanted;
  try {
    const response = await fetch(`api/watch?browser=${browser}&${wanted}`);
    if (!response.ok) sent = '';
  } catch (e) {
    sent = '';
  }
}
