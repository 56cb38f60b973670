// Small helpers for building the page. Text from records only ever becomes text nodes.

/** Makes an element: properties starting with "on" are listeners, others attributes; children are nodes or texts. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

/** Writes a text only where it is another, so that nothing is laid out anew for nothing. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const units = {s: ' s', '/s': ' /s', '%': ' %', B: ' B', '': ''};

/** A number for people; a dash where it isn't known. */
export function figure(value, unit = '') {
  if (value === null || value === undefined) return '–';
  if (unit === 's') return seconds(value);
  if (unit === 'B') return `${(value / 2 ** 30).toFixed(1)} GiB`;
  const size = Math.abs(value);
  const text = Number.isInteger(value) || size >= 100 ? Math.round(value).toLocaleString('en')
    : size >= 10 ? value.toFixed(1) : value.toFixed(2);
  return text + units[unit];
}

/** Seconds, in the unit that suits them. */
export function seconds(value) {
  if (value === null || value === undefined) return '–';
  if (value < 0.9995) return `${Math.round(value * 1000)} ms`;
  if (value < 120) return `${value.toFixed(value < 10 ? 2 : 1)} s`;
  if (value < 7200) return `${Math.round(value / 60)} min`;
  return `${Math.round(value / 3600)} h`;
}

/** Time of day of an instant in milliseconds; a dash for 0, which stands for unknown. */
export function clock(millis) {
  if (millis === 0) return '–';
  const date = new Date(millis);
  return date.toLocaleTimeString('en-GB') + '.' + String(date.getMilliseconds()).padStart(3, '0');
}
