// One stream: its frame, its features, what they are like, its last minutes.
import {live, on, ask, streamOf, watch} from './live.js';
import {h, setText, figure, seconds, clock} from './dom.js';
import {bytes, address, paintColours} from './pictures.js';
import {Stage} from './stage.js';
import {Timeline} from './timeline.js';
import {Elsewhere} from './similar.js';
import {Chart} from './charts.js';

const ALL = -1;

/** Shows a stream, at a moment or (null) as it is now; returns how to leave it. */
export function showDetail(main, id, index) {
  const detail = new Detail(main, id, index);
  return () => detail.leave();
}

class Detail {
  constructor(main, id, index) {
    this.id = id;
    this.wantedIndex = index;
    this.moments = [];
    this.current = null;
    this.scale = ALL;
    this.chosen = null;
    this.instance = null;
    this.build(main);
    this.stops = [
      on('state', () => this.update()),
      on('moment', moment => this.arrived(moment)),
    ];
    this.onKey = event => this.key(event);
    this.onPaused = event => event.detail || this.resume();
    document.addEventListener('keydown', this.onKey);
    document.addEventListener('paused', this.onPaused);
    this.chartTimer = setInterval(() => this.loadCharts(), 4000);
    watch([], id);
    this.update();
  }

  leave() {
    this.stops.forEach(stop => stop());
    document.removeEventListener('keydown', this.onKey);
    document.removeEventListener('paused', this.onPaused);
    clearInterval(this.chartTimer);
    watch([], null);
    if (live.paused) document.dispatchEvent(new CustomEvent('pausewanted', {detail: false}));
  }

  build(main) {
    this.stage = new Stage({onPoint: patch => this.pointed(patch), onChoose: patch => this.choose(patch)});
    this.timeline = new Timeline(moment => moment && this.goTo(moment));
    this.elsewhere = new Elsewhere(found => this.open(found));
    this.notice = h('p', {class: 'notice', role: 'status'}, `Waiting for records of ${this.id}…`);
    this.facts = h('dl', {class: 'facts'});
    this.scales = h('div', {class: 'scales', role: 'radiogroup', 'aria-label': 'Scale'});
    const opacity = h('input', {type: 'range', min: 0, max: 100, value: 0, id: 'opacity'});
    opacity.addEventListener('input', () => this.stage.element.style.setProperty('--overlay', opacity.value / 100));
    this.npy = h('a', {class: 'button', download: true}, 'Features .npy');
    this.jpg = h('a', {class: 'button', download: true}, 'Picture .jpg');
    this.link = h('button', {type: 'button', onclick: () => this.copyLink()}, 'Copy link');
    this.back = h('button', {type: 'button', title: 'comma', onclick: () => this.step(-1)}, '‹ Step');
    this.forth = h('button', {type: 'button', title: 'full stop', onclick: () => this.step(1)}, 'Step ›');
    this.charts = {
      fps: this.chart('Frames per second'), p50: this.chart('Latency p50, p99'), lag: this.chart('Messages waiting'),
      skipped: this.chart('Left out as late'), dropped: this.chart('Dropped by ingest'), breaks: this.chart('Breaks of the source'),
    };
    main.replaceChildren(
      h('div', {class: 'heading'}, h('a', {href: '#/', class: 'button'}, '‹ All'), h('h1', {}, this.id)),
      this.notice,
      h('div', {class: 'detail'},
        this.stage.element,
        h('aside', {class: 'controls'},
          h('div', {class: 'row'}, this.back, this.forth),
          h('label', {for: 'opacity'}, 'Features over the frame'), opacity,
          h('span', {class: 'label', id: 'scales-label'}, 'Scale'), this.scales,
          this.facts,
          h('div', {class: 'row'}, this.npy, this.jpg, this.link)),
        this.timeline.element,
        this.elsewhere.element,
        h('section', {class: 'figures', 'aria-label': 'Figures of the stream'}, ...Object.values(this.charts).map(c => c.element))));
  }

  chart(label) {
    const value = h('strong');
    const chart = new Chart({label});
    return {value, chart, element: h('div', {class: 'figure'}, h('span', {class: 'label'}, label), value, chart.svg)};
  }

  get handle() {
    return streamOf(this.id)?.handle;
  }

  async update() {
    const stream = streamOf(this.id);
    if (!stream) return;
    if (this.instance !== live.state.instance) { // the first time, and when the server began anew
      const instance = this.instance = live.state.instance;
      this.moments = [];
      try {
        await this.load();
      } catch (e) { // the connection was lost meanwhile: once more when it is back
        if (this.instance === instance) this.instance = null;
        return;
      }
      this.loadCharts();
    }
    setText(this.charts.fps.value, figure(stream.fps));
    setText(this.charts.p50.value, `${seconds(stream.p50)}, ${seconds(stream.p99)}`);
    setText(this.charts.lag.value, figure(stream.lag));
    setText(this.charts.skipped.value, figure(stream.skipped));
    setText(this.charts.dropped.value, figure(stream.dropped));
    setText(this.charts.breaks.value, figure(stream.breaks));
  }

  async load() {
    const history = await ask(`history?stream=${this.handle}`);
    if (!history) return;
    const known = new Set(history.moments.map(moment => moment.index));
    this.moments = [...history.moments, ...this.moments.filter(moment => !known.has(moment.index))];
    const wanted = this.wantedIndex === null ? null : this.moments.find(moment => moment.index === this.wantedIndex);
    if (this.wantedIndex !== null && !wanted) {
      this.say('That moment is not held any more; this is the newest.');
    }
    const newest = this.moments[this.moments.length - 1];
    if (wanted) this.goTo(wanted);
    else if (newest && (!this.current || !live.paused)) this.showMoment(newest);
    this.wantedIndex = null;
  }

  say(text) {
    setText(this.notice, text);
    this.notice.hidden = text === '';
  }

  arrived(moment) {
    if (moment.stream !== this.handle) return;
    if (this.moments.length && this.moments[this.moments.length - 1].index === moment.index) return;
    this.moments.push(moment);
    const oldest = moment.capture - 3_600_000;
    while (this.moments.length > 3000 || this.moments[0].capture < oldest) this.moments.shift();
    if (live.paused) this.timeline.show(this.moments, this.current);
    else this.showMoment(moment);
  }

  resume() {
    const newest = this.moments[this.moments.length - 1];
    if (newest) this.showMoment(newest);
  }

  goTo(moment) {
    if (!live.paused) document.dispatchEvent(new CustomEvent('pausewanted', {detail: true}));
    this.showMoment(moment);
  }

  step(by) {
    const at = this.moments.indexOf(this.current);
    const moment = this.moments[Math.max(0, Math.min(this.moments.length - 1, at + by))];
    if (moment) this.goTo(moment);
  }

  key(event) {
    if (event.target.matches('input[type=search], dialog *')) return;
    if (event.key === ',') this.step(-1);
    if (event.key === '.') this.step(1);
  }

  open(found) {
    if (found.stream === this.handle) {
      const moment = this.moments.find(each => each.index === found.index);
      if (moment) this.goTo(moment);
    } else {
      const other = live.state.streams.find(stream => stream.handle === found.stream);
      if (other) location.hash = `#/stream/${encodeURIComponent(other.id)}/${found.index}`;
    }
  }

  async showMoment(moment) {
    this.current = moment;
    if (this.notice.textContent.startsWith('Waiting')) this.say('');
    this.stage.showFrame(this.handle, moment);
    this.timeline.show(this.moments, moment);
    this.describe(moment);
    if (this.stage.patch !== null) await this.pointed(this.stage.patch);
    else await this.showColours(moment);
  }

  async whole(moment) {
    if (moment.map) return moment;
    const found = await ask(`moment?stream=${this.handle}&index=${moment.index}`);
    return found ? Object.assign(moment, found) : null;
  }

  async showColours(moment) {
    const whole = await this.whole(moment);
    if (!whole || this.current !== moment) return;
    this.describe(whole);
    this.showScales(whole);
    const rgb = this.scale === ALL ? bytes(whole.map) : await this.map(whole, this.scale);
    if (rgb && this.current === moment && this.stage.patch === null) {
      this.stage.showColours(rgb, whole.grid, this.scale === ALL ? 'all scales' : `scale ${this.scale + 1}`);
    }
  }

  async map(moment, scale) {
    const response = await fetch(address('map', this.handle, moment, `&scale=${scale}`));
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
  }

  /** A small map of each scale, which chooses it. */
  async showScales(moment) {
    const wanted = moment.scales > 1 ? moment.scales + 1 : 1;
    if (this.scales.childElementCount !== wanted) {
      this.scales.replaceChildren(...Array.from({length: wanted}, (_, i) => this.scaleChoice(i - 1)));
    }
    for (const choice of this.scales.querySelectorAll('canvas')) {
      const scale = Number(choice.dataset.scale);
      const rgb = scale === ALL ? bytes(moment.map) : await this.map(moment, scale);
      if (rgb) paintColours(choice, rgb, moment.grid);
    }
  }

  scaleChoice(scale) {
    const input = h('input', {type: 'radio', name: 'scale', value: scale, checked: scale === this.scale});
    input.addEventListener('change', () => {
      this.scale = scale;
      this.showMoment(this.current);
      if (this.chosen !== null) this.choose(this.chosen);
    });
    return h('label', {}, input, h('canvas', {'data-scale': scale, 'aria-hidden': 'true'}), scale === ALL ? 'all' : `${scale + 1}`);
  }

  async pointed(patch) {
    const moment = this.current;
    if (!moment) return;
    if (patch === null) {
      await this.showColours(moment);
      return;
    }
    if (this.asking) return; // the newest wish is looked at when the answer is there
    this.asking = true;
    try { // a connection that is lost meanwhile comes back, and with it the next moment
      const found = await ask(`similar?stream=${this.handle}&index=${moment.index}&patch=${patch}&scale=${this.scale}`);
      if (found && this.stage.patch === patch) this.stage.showCosines(found.frame);
    } catch (e) {
      return;
    } finally {
      this.asking = false;
    }
    if (this.stage.patch !== patch || this.current !== moment) await this.pointed(this.stage.patch);
  }

  choose(patch) {
    this.chosen = patch;
    if (patch === null || !this.current) this.elsewhere.clear();
    else this.elsewhere.look(this.handle, this.current, patch, this.scale);
  }

  describe(moment) {
    const facts = [['Frame', moment.index], ['Captured', clock(moment.capture)], ['In the video', `${moment.pts.toFixed(2)} s`],
      ['Latency', seconds(moment.latency)], ['Change', moment.change === null ? '–' : moment.change.toFixed(4)]];
    if (moment.grid) facts.push(['Patches', `${moment.grid[0]} × ${moment.grid[1]}`], ['Channels', moment.channels]);
    this.facts.replaceChildren(...facts.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, `${value}`)]));
    this.npy.href = address('features.npy', this.handle, moment, '&download=1');
    this.jpg.href = address('frame.jpg', this.handle, moment, '&download=1');
  }

  async copyLink() {
    if (!this.current) return;
    history.replaceState(null, '', `#/stream/${encodeURIComponent(this.id)}/${this.current.index}`);
    try {
      await navigator.clipboard.writeText(location.href);
      setText(this.link, 'Copied');
    } catch (e) {
      setText(this.link, 'In the address bar');
    }
    setTimeout(() => setText(this.link, 'Copy link'), 2000);
  }

  async loadCharts() {
    if (this.handle === undefined) return;
    const found = await ask(`charts?stream=${this.handle}`);
    if (!found) return;
    this.charts.fps.chart.draw(found.fps);
    this.charts.p50.chart.draw(found.p50, found.p99);
    this.charts.lag.chart.draw(found.lag);
    this.charts.skipped.chart.draw(found.skipped);
    this.charts.dropped.chart.draw(found.dropped);
    this.charts.breaks.chart.draw(found.breaks);
  }
}
