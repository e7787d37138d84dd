/** From masks to what a canvas can draw, pixel by pixel, so that what is painted is the mask. */

/** @import { Mask, Rgb, View, Box } from "./types.js" */

import { css, readableOn } from "./dom.js";
import { withoutSpecks } from "./specks.js";

const SPECK_PX = 6; // of a side

/**
 * Say which pixels lie within a square of a pixel that is not `value`; beyond the rim there is nothing that counts.
 *
 * @param {Mask} mask
 * @param {number} reach of the square, to each side
 * @param {0 | 1} value what is looked for
 * @returns {Uint8Array} 1 where it is near
 */
function near({ width, height, data }, reach, value) {
  const across = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let last = -Infinity; // where it was seen last
    for (let x = 0; x < width; x++) {
      if (data[row + x] === value) last = x;
      if (x - last <= reach) across[row + x] = 1;
    }
    last = Infinity;
    for (let x = width - 1; x >= 0; x--) {
      if (data[row + x] === value) last = x;
      if (last - x <= reach) across[row + x] = 1;
    }
  }
  const found = new Uint8Array(data.length);
  const since = new Int32Array(width).fill(reach + 1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      since[x] = across[y * width + x] ? 0 : since[x] + 1;
      if (since[x] <= reach) found[y * width + x] = 1;
    }
  }
  since.fill(reach + 1);
  for (let y = height - 1; y >= 0; y--) {
    for (let x = 0; x < width; x++) {
      since[x] = across[y * width + x] ? 0 : since[x] + 1;
      if (since[x] <= reach) found[y * width + x] = 1;
    }
  }
  return found;
}

/**
 * Paint a mask in its colour with a line along its edge: in the colour inside, in what contrasts with it around.
 *
 * @param {Mask} mask as large as the canvas
 * @param {Rgb} color
 * @param {{ opacity: number, within: number, beyond: number, around: Rgb, aroundOpacity: number }} look `within` and `beyond` are the line's widths in pixels; 0 for none
 * @returns {HTMLCanvasElement}
 */
export function paint(mask, color, { opacity, within, beyond, around, aroundOpacity }) {
  const { width, height, data } = mask;
  const picture = new ImageData(width, height);
  const colors = new Uint32Array(picture.data.buffer);
  const packed = (/** @type {Rgb} */ [red, green, blue], /** @type {number} */ alpha) =>
    ((Math.round(255 * alpha) << 24) | (blue << 16) | (green << 8) | red) >>> 0; // little-endian, as all that run this
  const [area, line, rim] = [packed(color, opacity), packed(color, 1), packed(around, aroundOpacity)];
  const solid = withoutSpecks(mask, (SPECK_PX * Math.max(beyond, 1)) ** 2);
  const edge = within ? near(solid, within, 0) : null;
  const beside = beyond ? near(solid, beyond, 1) : null;
  for (let at = 0; at < data.length; at++) {
    if (data[at]) colors[at] = solid.data[at] && edge?.[at] ? line : area;
    else if (!solid.data[at] && beside?.[at]) colors[at] = rim;
  }
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).putImageData(picture, 0, 0);
  return canvas;
}

/**
 * How an object's mask is painted.
 *
 * @param {Rgb} color
 * @param {number} unit canvas pixels to one of the screen's
 * @param {{ mask_opacity: number, contour_px: number }} style
 */
export const objectLook = (color, unit, style) => ({
  opacity: style.mask_opacity, within: Math.max(1, Math.round(style.contour_px * unit)), beyond: Math.max(1, Math.round(unit)),
  around: readableOn(color), aroundOpacity: 0.8,
});

/**
 * How the mask under the mouse is painted.
 *
 * @param {number} unit
 * @returns {Parameters<typeof paint>[2]}
 */
export const hoverLook = (unit) => ({
  opacity: 0.3, within: 0, beyond: Math.max(1, Math.round(unit)), around: [255, 255, 255], aroundOpacity: 0.9,
});

/**
 * The box around a mask, in its pixels: right and bottom exclusive; null where it is empty.
 *
 * @param {Mask} mask
 * @returns {Box | null}
 */
export function boxOf({ width, height, data }) {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!data[y * width + x]) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
    }
  }
  return right ? [left, top, right, bottom] : null;
}

/**
 * Choose what a thumbnail shows: an object with room around it, within the photo.
 *
 * @param {Mask} mask of the whole photo, of any size
 * @param {{ width: number, height: number }} photo
 * @param {number} mostWidth of the thumbnail
 * @param {number} mostHeight
 * @returns {View}
 */
export function thumbnailView(mask, photo, mostWidth, mostHeight) {
  const box = boxOf(mask) ?? [0, 0, mask.width, mask.height];
  const [x, y] = [photo.width / mask.width, photo.height / mask.height];
  const [left, top, right, bottom] = [box[0] * x, box[1] * y, box[2] * x, box[3] * y];
  const room = Math.max(12, 0.2 * Math.max(right - left, bottom - top));
  const [x0, y0] = [Math.max(0, left - room), Math.max(0, top - room)];
  const [x1, y1] = [Math.min(photo.width, right + room), Math.min(photo.height, bottom + room)];
  const scale = Math.min(mostWidth / (x1 - x0), mostHeight / (y1 - y0));
  return { x0, y0, x1, y1, width: Math.max(1, Math.round((x1 - x0) * scale)), height: Math.max(1, Math.round((y1 - y0) * scale)) };
}

/**
 * Draw a thumbnail: the mask in colour on the darkened photo.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasImageSource} picture of all of the photo
 * @param {number} shrunk its width to the photo's
 * @param {View} view
 * @param {Mask} mask
 * @param {Rgb} color
 */
export function drawThumbnail(canvas, picture, shrunk, view, mask, color) {
  canvas.width = view.width;
  canvas.height = view.height;
  const to = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const [left, top, right, bottom] = [view.x0, view.y0, view.x1, view.y1].map((at) => at * shrunk);
  const photo = () => to.drawImage(picture, left, top, right - left, bottom - top, 0, 0, view.width, view.height);
  to.drawImage(paint(mask, [0, 0, 0], { opacity: 1, within: 0, beyond: 0, around: [0, 0, 0], aroundOpacity: 0 }), 0, 0);
  to.globalCompositeOperation = "source-in";
  photo();
  to.globalCompositeOperation = "source-atop";
  to.globalAlpha = 0.55;
  to.fillStyle = css(color);
  to.fillRect(0, 0, view.width, view.height);
  to.globalCompositeOperation = "destination-over";
  to.globalAlpha = 0.35;
  photo();
  to.globalAlpha = 1;
  to.fillStyle = "#000";
  to.fillRect(0, 0, view.width, view.height);
}
