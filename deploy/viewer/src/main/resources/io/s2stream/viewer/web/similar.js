// Where else a patch is seen: in the frames before, and in other streams.
import {live, ask} from './live.js';
import {h, setText, clock} from './dom.js';
import {paintCosines, address} from './pictures.js';

const LAST_FRAMES = 24;

/** Shows where a chosen patch is found; calls back when one of the frames is wanted. */
export class Elsewhere {
  constructor(onWanted) {
    this.onWanted = onWanted;
    this.hint = h('p', {class: 'hint'}, 'Rest on a patch, or click it, to find where else it is seen; with the keyboard, the arrow keys on the frame.');
    this.frames = h('ul', {class: 'strip', 'aria-label': 'In the frames before'});
    this.others = h('ul', {class: 'strip', 'aria-label': 'In other streams'});
    this.framesTitle = h('h3', {hidden: true}, 'In the frames before');
    this.othersTitle = h('h3', {hidden: true}, 'In other streams');
    this.element = h('section', {class: 'elsewhere', 'aria-label': 'Where else it is seen'},
      h('h2', {}, 'Where else'), this.hint, this.framesTitle, this.frames, this.othersTitle, this.others);
  }

  clear() {
    this.frames.replaceChildren();
    this.others.replaceChildren();
    this.hint.hidden = false;
    this.framesTitle.hidden = true;
    this.othersTitle.hidden = true;
  }

  async look(stream, moment, patch, scale) {
    const found = await ask(`similar?stream=${stream}&index=${moment.index}&patch=${patch}&scale=${scale}&frames=${LAST_FRAMES}&others=1`);
    if (!found) return;
    this.hint.hidden = true;
    this.framesTitle.hidden = false;
    this.othersTitle.hidden = false;
    setText(this.othersTitle, found.others.length ? 'In other streams' : 'In other streams: none has features of this tower to compare');
    setText(this.framesTitle, found.frames.length ? 'In the frames before' : 'In the frames before: none is held');
    this.frames.replaceChildren(...found.frames.reverse().map(each => this.item(each, clock(each.capture))));
    this.others.replaceChildren(...found.others.map(each =>
      this.item(each, live.state.streams.find(s => s.handle === each.stream)?.id ?? '')));
  }

  item(found, name) {
    const heat = h('canvas', {class: 'overlay heat', 'aria-hidden': 'true'});
    paintCosines(heat, found.cosines, found.grid, Math.min(...found.cosines));
    const [height, width] = found.grid;
    const marker = h('span', {class: 'marker'});
    marker.style.left = `${found.best % width / width * 100}%`;
    marker.style.top = `${Math.floor(found.best / width) / height * 100}%`;
    marker.style.width = `${100 / width}%`;
    marker.style.height = `${100 / height}%`;
    const score = found.cosines[found.best].toFixed(2);
    return h('li', {}, h('button', {type: 'button', title: `${name}, best cosine ${score}`, onclick: () => this.onWanted(found)},
      h('span', {class: 'view'}, found.picture ? h('img', {src: address('small.jpg', found.stream, found), alt: ''}) : null, heat, marker),
      h('span', {class: 'name'}, name), h('span', {class: 'score'}, score)));
  }
}
