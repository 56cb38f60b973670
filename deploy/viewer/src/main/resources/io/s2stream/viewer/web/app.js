// Starts the page: which view is shown, the keys that hold everywhere, the connection.
import {live, on, connect} from './live.js';
import {showGrid} from './grid.js';
import {showDetail} from './detail.js';
import {showSystem} from './system.js';
import {setText} from './dom.js';

const main = document.getElementById('main');
const filter = document.getElementById('filter');
const pause = document.getElementById('pause');
let leave = () => {};

/** A part of the address; one that somebody mistyped as it is. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch (e) {
    return part;
  }
}

function route() {
  const [view, id, index] = location.hash.replace(/^#\/?/, '').split('/').map(decoded);
  leave();
  main.replaceChildren();
  document.body.dataset.view = view || 'streams';
  for (const name of ['streams', 'system']) {
    const link = document.getElementById(`nav-${name}`);
    if ((view || 'streams') === name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (view === 'stream') leave = showDetail(main, id, index === undefined ? null : Number(index));
  else if (view === 'system') leave = showSystem(main);
  else leave = showGrid(main, filter);
}

/** Stops or goes on with what is shown; what arrives meanwhile is kept by the server. */
export function setPaused(paused) {
  live.paused = paused;
  pause.setAttribute('aria-pressed', paused);
  setText(pause, paused ? 'Resume' : 'Pause');
  document.dispatchEvent(new CustomEvent('paused', {detail: paused}));
}

pause.addEventListener('click', () => setPaused(!live.paused));
document.addEventListener('pausewanted', event => setPaused(event.detail));
document.addEventListener('keydown', event => {
  if (event.target.matches('input[type=search], input[type=password], dialog *') || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === ' ' && !event.target.matches('button, a, input, select, summary')) {
    event.preventDefault();
    setPaused(!live.paused);
  } else if (event.key === '/' && document.body.dataset.view === 'streams') {
    event.preventDefault();
    filter.focus();
  } else if (event.key === 'Escape' && !event.defaultPrevented && document.body.dataset.view !== 'streams') {
    location.hash = '#/';
  }
});

const connection = document.getElementById('connection');
on('connection', connected => {
  connection.dataset.state = connected ? 'live' : 'lost';
  setText(connection, connected ? 'live' : 'reconnecting');
});

const login = document.getElementById('login');
on('login', () => {
  if (!login.open) login.showModal();
});
document.getElementById('login-form').addEventListener('submit', async event => {
  event.preventDefault();
  const token = document.getElementById('token');
  const response = await fetch('api/login', {headers: {Authorization: `Bearer ${token.value}`}});
  if (response.ok) {
    token.value = '';
    login.close();
    connect();
  } else {
    setText(document.getElementById('login-error'), 'That is not the token.');
  }
});

window.addEventListener('hashchange', route);
route();
connect();
