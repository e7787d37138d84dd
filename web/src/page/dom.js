/** Elements in few words, and the page's icons. */

const SVG = "http://www.w3.org/2000/svg";

/** Lines on a grid of 24; they take the colour of the text beside them. */
const ICONS = {
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  cross: "M6 6l12 12M18 6L6 18",
  pointer: "M6 3l12 9-6 1 4 7-3 1-4-7-3 5z",
  undo: "M9 5L4 10l5 5M4 10h10a6 6 0 0 1 0 12h-3",
  redo: "M15 5l5 5-5 5M20 10H10a6 6 0 0 0 0 12h3",
  ban: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M5.7 5.7l12.6 12.6",
  fresh: "M20 5v5h-5M4 19v-5h5M19 10a7.5 7.5 0 0 0-13-3.5M5 14a7.5 7.5 0 0 0 13 3.5",
  square: "M4 4h16v16H4zM12 8v8M8 12h8",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6",
  hidden: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12M4 20L20 4",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v6M14 11v6",
  photo: "M3 5h18v14H3zM3 16l5-5 4 4 3-3 6 6M16 8.5v.01",
  camera: "M3 7h4l2-3h6l2 3h4v13H3zM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7",
  save: "M12 4v11M7 10l5 5 5-5M4 20h16",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  wand: "M4 20L14 10M17 3v5M14.5 5.5h5M20 12v3M18.5 13.5h3M9 4v2M8 5h2",
  back: "M11 5l-7 7 7 7M4 12h16",
};

/** @typedef {keyof typeof ICONS} IconName */

/**
 * Make an element.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number | boolean | ((event: any) => void)>} [given] attributes; "onclick" and its like hear events; false leaves one out
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, given = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}

/**
 * Draw an icon; it says nothing to screen readers.
 *
 * @param {IconName} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("aria-hidden", "true");
  picture.setAttribute("class", "icon");
  const lines = document.createElementNS(SVG, "path");
  lines.setAttribute("d", ICONS[name]);
  picture.append(lines);
  return picture;
}

/**
 * Make a button of an icon, words or both; the longer words explain it.
 *
 * @param {{ icon?: IconName, label?: string, help: string, run: () => void, look?: string }} given
 * @returns {HTMLButtonElement}
 */
export function button({ icon: picture, label = "", help, run, look = "" }) {
  const made = h("button", { type: "button", class: look, title: help, onclick: run });
  if (picture) made.append(icon(picture));
  if (label) made.append(h("span", {}, label));
  else made.setAttribute("aria-label", help);
  return made;
}

/**
 * Write a colour as CSS does.
 *
 * @param {readonly number[]} rgb
 */
export const css = (rgb) => `rgb(${rgb.slice(0, 3).join(" ")})`;

/**
 * Black or white, whichever contrasts more with a colour (WCAG 2.1, "relative luminance").
 *
 * @param {readonly number[]} rgb
 * @returns {import("./types.js").Rgb}
 */
export function readableOn(rgb) {
  const [red, green, blue] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05 ? [255, 255, 255] : [0, 0, 0];
}
