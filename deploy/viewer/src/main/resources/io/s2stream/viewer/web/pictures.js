// Paints maps of patches: one pixel for each, which the style sheet enlarges.

/** Bytes of a base64 text. */
export function bytes(base64) {
  return Uint8Array.from(atob(base64), c => c.charCodeAt(0));
}

/** Paints colours, three bytes a patch. */
export function paintColours(canvas, rgb, [height, width]) {
  paint(canvas, height, width, (pixels, i) => {
    pixels[4 * i] = rgb[3 * i];
    pixels[4 * i + 1] = rgb[3 * i + 1];
    pixels[4 * i + 2] = rgb[3 * i + 2];
  });
}

// Viridis at nine places (matplotlib, CC0): even in lightness, readable to the colour-blind.
const stops = [[68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141], [39, 173, 129], [92, 200, 99],
  [170, 220, 50], [253, 231, 37]];

function viridis(level) {
  const at = Math.max(0, Math.min(1, level)) * (stops.length - 1);
  const low = Math.min(stops.length - 2, Math.floor(at));
  return stops[low].map((value, c) => value + (at - low) * (stops[low + 1][c] - value));
}

/** Paints cosines, from `low` (dark) to 1 (bright). */
export function paintCosines(canvas, cosines, [height, width], low) {
  paint(canvas, height, width, (pixels, i) => {
    const [red, green, blue] = viridis((cosines[i] - low) / Math.max(1e-6, 1 - low));
    pixels[4 * i] = red;
    pixels[4 * i + 1] = green;
    pixels[4 * i + 2] = blue;
  });
}

function paint(canvas, height, width, put) {
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext('2d');
  const image = context.createImageData(width, height);
  for (let i = 0; i < height * width; i++) {
    image.data[4 * i + 3] = 255;
    put(image.data, i);
  }
  context.putImageData(image, 0, 0);
}

/** Address of a picture or file of a moment. */
export function address(kind, stream, moment, more = '') {
  return `api/${kind}?stream=${stream}&index=${moment.index}&t=${Math.round(moment.capture)}${more}`;
}

/** Shows pictures one after the other; those that come while one is loaded are dropped, but for the last. */
export class PictureLoader {
  constructor(image) {
    this.image = image;
    this.busy = false;
    this.next = null;
    image.addEventListener('load', () => this.done());
    image.addEventListener('error', () => this.done());
  }

  show(url) {
    if (this.busy) {
      this.next = url;
    } else if (this.image.getAttribute('src') !== url) {
      this.busy = true;
      this.image.src = url;
    }
  }

  done() {
    this.busy = false;
    this.image.classList.toggle('missing', this.image.naturalWidth === 0);
    const next = this.next;
    this.next = null;
    if (next) this.show(next);
  }
}
