// One frame in large, its features beside it, and what is like the patch under the pointer.
import {h, setText} from './dom.js';
import {paintColours, paintCosines, address, PictureLoader} from './pictures.js';

const REST_MILLIS = 600; // a pointer that stays so long wants to know more

/** Shows a moment; tells which patch is pointed at (null: none) and which is chosen. */
export class Stage {
  constructor({onPoint, onChoose}) {
    this.onPoint = onPoint;
    this.onChoose = onChoose;
    this.grid = [1, 1];
    this.patch = null;
    this.image = h('img', {alt: 'The frame', class: 'missing', id: 'frame'});
    this.loader = new PictureLoader(this.image);
    this.image.addEventListener('load', () => { // both have the shape of the frame
      if (this.image.naturalWidth === 0) return; // the next one is being loaded already
      const shape = `${this.image.naturalWidth} / ${this.image.naturalHeight}`;
      for (const view of this.element.querySelectorAll('.view')) view.style.aspectRatio = shape;
    });
    this.overlay = h('canvas', {class: 'overlay', 'aria-hidden': 'true'});
    this.map = h('canvas', {id: 'map'});
    this.markers = [h('span', {class: 'marker', hidden: true}), h('span', {class: 'marker', hidden: true})];
    this.title = h('figcaption', {}, 'Features');
    this.legend = h('span', {class: 'legend', hidden: true});
    this.element = h('div', {class: 'stage', tabindex: '0', role: 'application', id: 'stage',
      'aria-label': 'Frame and features. Arrow keys point at a patch, which is then looked for elsewhere, Escape lets go.'},
    h('figure', {}, h('div', {class: 'view'}, this.image, this.overlay, this.markers[0]), h('figcaption', {}, 'Frame')),
    h('figure', {}, h('div', {class: 'view'}, this.map, this.markers[1]), this.title, this.legend));
    for (const view of this.element.querySelectorAll('.view')) {
      view.addEventListener('pointermove', event => this.pointed(view, event));
      view.addEventListener('click', event => {
        this.pointed(view, event);
        this.choose(this.patch);
      });
      view.addEventListener('pointerleave', () => this.point(null));
    }
    this.element.addEventListener('keydown', event => this.key(event));
  }

  pointed(view, event) {
    const box = view.getBoundingClientRect();
    const [height, width] = this.grid;
    const column = Math.floor((event.clientX - box.left) / box.width * width);
    const row = Math.floor((event.clientY - box.top) / box.height * height);
    if (column >= 0 && row >= 0 && column < width && row < height) this.point(row * width + column);
  }

  key(event) {
    const [height, width] = this.grid;
    const steps = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]};
    if (event.key in steps) {
      event.preventDefault();
      const [down, right] = steps[event.key];
      const at = this.patch ?? Math.floor(height / 2) * width + Math.floor(width / 2);
      const row = Math.max(0, Math.min(height - 1, Math.floor(at / width) + (this.patch === null ? 0 : down)));
      const column = Math.max(0, Math.min(width - 1, at % width + (this.patch === null ? 0 : right)));
      this.point(row * width + column);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (this.patch !== null) this.choose(this.patch);
    } else if (event.key === 'Escape' && this.patch !== null) {
      event.preventDefault();
      this.point(null);
      this.choose(null);
    }
  }

  point(patch) {
    if (patch === this.patch) return;
    this.patch = patch;
    this.mark();
    this.onPoint(patch);
    clearTimeout(this.rest);
    if (patch !== null) this.rest = setTimeout(() => this.choose(patch), REST_MILLIS);
  }

  choose(patch) {
    clearTimeout(this.rest);
    this.onChoose(patch);
  }

  mark() {
    const [height, width] = this.grid;
    for (const marker of this.markers) {
      marker.hidden = this.patch === null;
      if (this.patch === null) continue;
      marker.style.left = `${this.patch % width / width * 100}%`;
      marker.style.top = `${Math.floor(this.patch / width) / height * 100}%`;
      marker.style.width = `${100 / width}%`;
      marker.style.height = `${100 / height}%`;
    }
  }

  showFrame(stream, moment) {
    this.element.dataset.index = moment.index;
    if (moment.frame) this.loader.show(address('frame.jpg', stream, moment));
  }

  showColours(rgb, grid, scaleName) {
    this.grid = grid;
    paintColours(this.map, rgb, grid);
    paintColours(this.overlay, rgb, grid);
    setText(this.title, `Features, ${scaleName}: three principal components as red, green, blue`);
    this.legend.hidden = true;
    this.element.dataset.shows = 'colours';
    delete this.element.dataset.patch;
    delete this.element.dataset.of;
    this.mark();
  }

  showCosines(found) {
    const low = Math.min(...found.cosines);
    paintCosines(this.map, found.cosines, found.grid, low);
    paintCosines(this.overlay, found.cosines, found.grid, low);
    const width = found.grid[1];
    setText(this.title, `Cosine to the patch in row ${Math.floor(this.patch / width)}, column ${this.patch % width}`);
    setText(this.legend, `${low.toFixed(2)} … 1.00`);
    this.legend.hidden = false;
    this.element.dataset.shows = 'cosines';
    this.element.dataset.patch = this.patch;
    this.element.dataset.of = found.index; // the frame whose cosines these are
  }
}
