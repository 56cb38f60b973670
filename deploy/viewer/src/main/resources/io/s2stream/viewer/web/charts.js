// Small line charts as SVG.

const NAMESPACE = 'http://www.w3.org/2000/svg';

/** A chart that is drawn anew with each update. */
export class Chart {
  constructor({label, height = 40, width = 240, filled = true}) {
    this.width = width;
    this.height = height;
    this.svg = document.createElementNS(NAMESPACE, 'svg');
    this.svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.svg.setAttribute('preserveAspectRatio', 'none');
    this.svg.setAttribute('class', 'chart');
    this.svg.setAttribute('role', 'img');
    this.svg.setAttribute('aria-label', label);
    this.area = filled ? this.path('area') : null;
    this.lines = [];
  }

  path(name) {
    const path = document.createElementNS(NAMESPACE, 'path');
    path.setAttribute('class', name);
    this.svg.append(path);
    return path;
  }

  /** Draws series of values, oldest first; null is a gap. All share one scale that begins at 0. */
  draw(...series) {
    const known = series.flat().filter(value => value !== null);
    const top = Math.max(1e-9, ...known) * 1.08;
    series.forEach((values, i) => {
      this.lines[i] ??= this.path(`line line-${i}`);
      this.lines[i].setAttribute('d', this.outline(values, top));
    });
    if (this.area) this.area.setAttribute('d', this.filling(series[0], top));
  }

  point(values, i, top) {
    const x = values.length < 2 ? this.width : i / (values.length - 1) * this.width;
    return `${x.toFixed(1)} ${(this.height - 1 - values[i] / top * (this.height - 3)).toFixed(1)}`;
  }

  outline(values, top) {
    let path = '';
    let drawing = false;
    values.forEach((value, i) => {
      if (value !== null) path += (drawing ? 'L' : 'M') + this.point(values, i, top);
      drawing = value !== null;
    });
    return path;
  }

  filling(values, top) {
    const first = values.findIndex(value => value !== null);
    if (first < 0 || values.length < 2) return '';
    const x = i => (i / (values.length - 1) * this.width).toFixed(1);
    let path = `M${x(first)} ${this.height}`;
    let last = first;
    values.forEach((value, i) => {
      if (value !== null) {
        path += 'L' + this.point(values, i, top);
        last = i;
      }
    });
    return `${path}L${x(last)} ${this.height}Z`;
  }
}
