/**
 * The photo's way into the networks, as the package has it: Pillow's bilinear filter with antialias, to the last bit.
 *
 * A canvas scales with a filter of its own, which differs from browser to browser; so it is not asked.
 */

/** @typedef {import("./frame.js").Size} Size */
/** @typedef {{ width: number, height: number, data: Uint8Array | Uint8ClampedArray }} Rgba four bytes a pixel */

const BITS = 22; // after the point: Pillow's PRECISION_BITS for 8-bit channels

/**
 * Weights of Pillow's bilinear filter from so many pixels to so many, as whole numbers.
 *
 * @param {number} before
 * @param {number} after
 * @returns {{ first: Int32Array, count: Int32Array, weights: Int32Array, size: number }} `size` weights for each place
 */
function coefficients(before, after) {
  const scale = before / after;
  const wide = Math.max(scale, 1); // a photo that grows is interpolated, one that shrinks is averaged
  const size = Math.ceil(wide) * 2 + 1;
  const first = new Int32Array(after);
  const count = new Int32Array(after);
  const weights = new Int32Array(after * size);
  const exact = new Float64Array(size);
  for (let place = 0; place < after; place++) {
    const center = (place + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - wide + 0.5));
    const length = Math.min(before, Math.trunc(center + wide + 0.5)) - start;
    let sum = 0;
    for (let k = 0; k < length; k++) {
      const distance = Math.abs((k + start - center + 0.5) * (1 / wide));
      exact[k] = distance < 1 ? 1 - distance : 0;
      sum += exact[k];
    }
    for (let k = 0; k < length; k++) {
      weights[place * size + k] = Math.trunc(0.5 + (sum === 0 ? exact[k] : exact[k] / sum) * (1 << BITS));
    }
    first[place] = start;
    count[place] = length;
  }
  return { first, count, weights, size };
}

/**
 * Resize a photo as `PIL.Image.resize(size, Image.Resampling.BILINEAR)` does: across first, then down.
 *
 * @param {Rgba} photo
 * @param {Size} wanted height and width
 * @returns {Uint8Array} (height, width, 3) RGB
 */
export function resized(photo, [height, width]) {
  const { data, width: before, height: lines } = photo;
  const narrow = new Uint8Array(lines * width * 3);
  if (before === width) {
    for (let from = 0, to = 0; to < narrow.length; from += 4) {
      narrow[to++] = data[from];
      narrow[to++] = data[from + 1];
      narrow[to++] = data[from + 2];
    }
  } else {
    const { first, count, weights, size } = coefficients(before, width);
    const half = 1 << (BITS - 1);
    for (let y = 0, to = 0; y < lines; y++) {
      for (let x = 0; x < width; x++) {
        let from = (y * before + first[x]) * 4;
        let [red, green, blue] = [half, half, half];
        for (let k = x * size, end = k + count[x]; k < end; k++, from += 4) {
          const weight = weights[k];
          red += data[from] * weight;
          green += data[from + 1] * weight;
          blue += data[from + 2] * weight;
        }
        narrow[to++] = red >> BITS;
        narrow[to++] = green >> BITS;
        narrow[to++] = blue >> BITS;
      }
    }
  }
  if (lines === height) return narrow;
  const { first, count, weights, size } = coefficients(lines, height);
  const stride = width * 3;
  const made = new Uint8Array(height * stride);
  const sums = new Int32Array(stride);
  for (let y = 0; y < height; y++) {
    sums.fill(1 << (BITS - 1));
    for (let k = 0; k < count[y]; k++) {
      const weight = weights[y * size + k];
      const from = (first[y] + k) * stride;
      for (let x = 0; x < stride; x++) sums[x] += narrow[from + x] * weight;
    }
    for (let x = 0, to = y * stride; x < stride; x++, to++) made[to] = sums[x] >> BITS;
  }
  return made;
}

/**
 * Normalise an RGB photo and lay it into planes, zeros beside it.
 *
 * @param {Uint8Array} rgb (height, width, 3)
 * @param {Size} size its height and width
 * @param {Size} padded of the planes
 * @param {number[]} mean of red, green and blue
 * @param {number[]} std
 * @returns {Float32Array} (3, *padded)
 */
export function planes(rgb, [height, width], [rows, columns], mean, std) {
  const made = new Float32Array(3 * rows * columns);
  for (let channel = 0; channel < 3; channel++) {
    const values = new Float32Array(256);
    for (let value = 0; value < 256; value++) {
      values[value] = Math.fround(value - Math.fround(mean[channel])) / Math.fround(std[channel]);
    }
    for (let y = 0; y < height; y++) {
      let from = y * width * 3 + channel;
      let to = (channel * rows + y) * columns;
      for (let x = 0; x < width; x++, from += 3) made[to++] = values[rgb[from]];
    }
  }
  return made;
}
