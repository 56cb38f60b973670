// All streams: for each the newest frame and, beside it, the colours of its features.
import {live, on, watch} from './live.js';
import {h, setText, figure, seconds} from './dom.js';
import {paintColours, bytes, address, PictureLoader} from './pictures.js';

/** Shows the grid; returns how to leave it. */
export function showGrid(main, filter) {
  const list = h('ul', {class: 'grid', 'aria-label': 'Streams'});
  const notice = h('p', {class: 'notice', role: 'status'}, 'Waiting for the first records…');
  main.replaceChildren(notice, list);
  const cards = new Map(); // id → card
  const visible = new Set();
  const observer = new IntersectionObserver(entries => {
    for (const entry of entries) {
      if (entry.isIntersecting) visible.add(entry.target.dataset.id);
      else visible.delete(entry.target.dataset.id);
    }
    watch([...visible], null);
  }, {rootMargin: '80px'});

  function update() {
    const wanted = filter.value.trim().toLowerCase();
    let matching = 0;
    for (const stream of live.state.streams) {
      let card = cards.get(stream.id);
      if (!card) {
        card = new Card(stream.id);
        cards.set(stream.id, card);
        list.append(card.element);
        observer.observe(card.element);
        const newest = live.newest.get(stream.handle);
        if (newest) card.show(newest);
      }
      const matches = stream.id.toLowerCase().includes(wanted);
      card.element.hidden = !matches;
      matching += matches;
      if (visible.has(stream.id)) card.tell(stream);
    }
    setText(notice, live.state.streams.length === 0 ? 'Waiting for the first records…'
      : matching === 0 ? `No stream's name contains “${filter.value}”.`
      : live.state.more ? `${matching} streams; there are more than this viewer keeps (max-streams).` : '');
    notice.hidden = notice.textContent === '';
  }

  const stops = [
    on('state', update),
    on('moment', moment => {
      const stream = live.state.streams.find(s => s.handle === moment.stream);
      if (stream && !live.paused) cards.get(stream.id)?.show(moment);
    }),
  ];
  /** What came while the page stood still: of some streams nothing more comes. */
  function resume(event) {
    if (event.detail) return;
    for (const stream of live.state.streams) {
      const newest = live.newest.get(stream.handle);
      if (newest) cards.get(stream.id)?.show(newest);
    }
  }
  filter.addEventListener('input', update);
  document.addEventListener('paused', resume);
  update();
  return () => {
    stops.forEach(stop => stop());
    document.removeEventListener('paused', resume);
    filter.removeEventListener('input', update);
    observer.disconnect();
    watch([], null);
  };
}

class Card {
  constructor(id) {
    this.image = h('img', {alt: '', width: 224, height: 224, class: 'missing'});
    this.loader = new PictureLoader(this.image);
    this.map = h('canvas', {width: 1, height: 1, role: 'img', 'aria-label': `Features of ${id} as colours`});
    this.fps = h('span');
    this.latency = h('span');
    this.lag = h('span');
    this.badge = h('span', {class: 'badge'});
    this.element = h('li', {class: 'card', 'data-id': id},
      h('a', {href: `#/stream/${encodeURIComponent(id)}`},
        h('div', {class: 'pair'}, h('div', {class: 'tile'}, this.image), h('div', {class: 'tile'}, this.map)),
        h('div', {class: 'caption'}, h('span', {class: 'name', title: id}, id), this.badge),
        h('div', {class: 'numbers'}, this.fps, this.latency, this.lag)));
  }

  tell(stream) {
    setText(this.fps, stream.ended ? `${stream.index + 1} frames` : `${figure(stream.fps)} fps`);
    setText(this.latency, `p50 ${seconds(stream.p50)}`);
    setText(this.lag, `lag ${figure(stream.lag)}`);
    const state = stream.ended ? 'ended' : stream.idle > 10 ? `idle ${seconds(stream.idle)}` : 'live';
    this.badge.dataset.state = state.split(' ')[0];
    setText(this.badge, state);
  }

  show(moment) {
    paintColours(this.map, bytes(moment.map), moment.grid);
    this.element.dataset.index = moment.index;
    if (moment.jpeg) this.loader.show(`data:image/jpeg;base64,${moment.jpeg}`);
    else if (moment.picture) this.loader.show(address('small.jpg', moment.stream, moment)); // pushed as one to be seen alone
  }
}
