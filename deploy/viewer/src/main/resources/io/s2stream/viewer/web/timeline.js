// The last minutes of one stream: how much its features changed, and a slider to go back.
import {h, setText, clock} from './dom.js';
import {Chart} from './charts.js';

/** Calls back with the moment that is wanted. */
export class Timeline {
  constructor(onWanted) {
    this.onWanted = onWanted;
    this.moments = [];
    this.chart = new Chart({label: 'Change of the features from frame to frame', width: 800, height: 56});
    this.slider = h('input', {type: 'range', min: 0, max: 0, value: 0, id: 'scrub', 'aria-label': 'Moment'});
    this.slider.addEventListener('input', () => this.onWanted(this.moments[this.slider.valueAsNumber]));
    this.from = h('span');
    this.to = h('span');
    const box = h('div', {class: 'change'}, this.chart.svg);
    box.addEventListener('click', event => {
      const part = (event.clientX - box.getBoundingClientRect().left) / box.clientWidth;
      this.onWanted(this.moments[Math.round(part * (this.moments.length - 1))]);
    });
    this.cursor = h('span', {class: 'cursor'});
    box.append(this.cursor);
    this.element = h('section', {class: 'timeline', 'aria-label': 'Timeline'},
      h('h2', {}, 'Change from frame to frame'), box, this.slider, h('div', {class: 'ends'}, this.from, this.to));
  }

  show(moments, current) {
    this.moments = moments;
    this.slider.max = Math.max(0, moments.length - 1);
    const at = moments.indexOf(current);
    if (at >= 0) this.slider.value = at;
    if (current) this.slider.setAttribute('aria-valuetext', `frame ${current.index}, ${clock(current.capture)}`);
    this.cursor.style.left = `${moments.length < 2 ? 100 : at / (moments.length - 1) * 100}%`;
    this.chart.draw(moments.map(moment => moment.change));
    setText(this.from, moments.length ? clock(moments[0].capture) : '');
    setText(this.to, moments.length ? clock(moments[moments.length - 1].capture) : '');
  }
}
