// The whole system: figures with their last minutes, and the dead letters.
import {live, on, ask} from './live.js';
import {h, setText, figure} from './dom.js';
import {Chart} from './charts.js';

/** Shows the view; returns how to leave it. */
export function showSystem(main) {
  const grid = h('div', {class: 'figures'});
  const reasons = h('p', {class: 'reasons'});
  const letters = h('ol', {class: 'letters', 'aria-label': 'Latest dead letters'});
  main.replaceChildren(
    h('section', {'aria-labelledby': 'figures-title'}, h('h2', {id: 'figures-title'}, 'The last minutes'), grid),
    h('section', {'aria-labelledby': 'dead-title'}, h('h2', {id: 'dead-title'}, 'Dead letters'), reasons, letters));
  const tiles = new Map();
  let lettersShown = null;

  function update() {
    for (const each of live.state.system) {
      let tile = tiles.get(each.name);
      if (!tile) {
        tile = {value: h('strong'), chart: new Chart({label: `${each.label}, last minutes`})};
        tiles.set(each.name, tile);
        tile.element = h('div', {class: 'figure'}, h('span', {class: 'label'}, each.label), tile.value, tile.chart.svg);
        grid.append(tile.element);
      }
      tile.element.hidden = each.series.every(value => value === null); // no GPU, or services not asked
      setText(tile.value, figure(each.value, each.unit));
      tile.chart.draw(each.series);
    }
    const count = JSON.stringify(live.state.dead_letters);
    if (count !== lettersShown) {
      lettersShown = count;
      showLetters(reasons, letters);
    }
  }

  const stop = on('state', update);
  if (live.state.instance) update();
  return stop;
}

async function showLetters(reasons, list) {
  const found = await ask('letters');
  if (!found) return;
  const counted = Object.entries(found.reasons);
  reasons.replaceChildren(...(counted.length === 0 ? ['None seen.']
    : counted.map(([reason, count]) => h('span', {class: 'reason'}, h('b', {}, reason || 'no reason'), ` ${count}`))));
  list.replaceChildren(...found.letters.map(letter => h('li', {},
    letter.picture ? h('img', {src: `api/letter.jpg?number=${letter.number}&t=${letter.time}`, alt: 'First frame', loading: 'lazy'})
      : h('span', {class: 'no-picture'}, 'no picture'),
    h('div', {},
      h('div', {class: 'caption'}, h('b', {}, letter.reason || 'no reason'), h('span', {}, letter.stream),
        h('time', {}, new Date(letter.time).toLocaleString('en-GB'))),
      h('p', {}, letter.message),
      h('code', {}, letter.place)))));
}
