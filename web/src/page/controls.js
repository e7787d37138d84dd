/** What stands around the photo: the toolbar, SAM's answers to pick from, the objects. */

/** @import { Answer, Item } from "./types.js" */
/** @import { App } from "./app.js" */

import { reason } from "../core/choice.js";
import { area, decimal, shortArea, tr } from "../core/words.js";
import { ACTIONS, keysTold } from "./actions.js";
import { button, css, h, readableOn } from "./dom.js";
import { drawThumbnail, thumbnailView } from "./paint.js";

const THUMBNAIL = [264, 150]; // twice what it has on the screen, at most
const COARSE_SIDE = 256; // of a mask that only says where the object is

/**
 * The row above the photo: a button for each action that has an icon.
 *
 * @param {App} app
 */
export function makeToolbar(app) {
  const shown = ACTIONS.filter((action) => action.icon);
  const element = h("div", { class: "toolbar", role: "toolbar", "aria-label": tr("Tools") });
  const buttons = shown.map((action) => {
    const made = button({
      icon: action.icon, label: action.label?.() ?? "", help: action.help?.() ?? "", run: () => app.carryOut(() => action.run(app)),
      look: [action.brief ? "brief" : "", `do-${action.name}`].join(" ").trim(),
    });
    if (action.apart) element.append(h("span", { class: "gap" }));
    element.append(made);
    return { action, made };
  });
  const update = () => {
    for (const { action, made } of buttons) {
      made.disabled = !(action.enabled?.(app) ?? true);
      if (action.on) made.setAttribute("aria-pressed", String(action.on(app)));
    }
  };
  return { element, update };
}

/**
 * What the keys do, and fingers.
 *
 * @param {App} app
 */
export function makeKeys(app) {
  const rows = keysTold().map(([key, does]) => h("tr", {}, h("th", { scope: "row" }, key), h("td", {}, does)));
  const element = h(
    "details", { class: "panel", ontoggle: () => (app.keysAreShown = element.open) }, h("summary", {}, h("h2", {}, tr("Keys and fingers"))),
    h("table", { class: "keys" }, h("tbody", {}, ...rows)),
  );
  const update = () => {
    element.open = app.keysAreShown;
  };
  return { element, update };
}

/**
 * SAM's answers as thumbnails: three to pick from, or one, and why the one that is marked was chosen.
 *
 * @param {App} app
 */
export function makeCandidates(app) {
  const title = h("h2");
  const row = h("div", { class: "candidates" });
  const readings = button({
    label: tr("Other readings"), help: tr("Show SAM's other masks for the same prompt, to pick from (key R)"),
    run: () => app.carryOut(() => app.otherReadings()), look: "plain",
  });
  const why = h("p", { class: "note" });
  const element = h("section", { class: "answers" }, title, row, readings, why);
  /** @type {Answer | null} */
  let last = null;

  const update = () => {
    const { answer } = app;
    element.hidden = answer === null;
    if (!answer || answer === last) return;
    last = answer;
    const { candidates, best, chosen } = answer;
    const count = candidates.length;
    title.textContent = count > 1
      ? tr("Pick one (keys 1 to {count}): predicted IoU · area", { count }) : tr("SAM's answer: predicted IoU · area");
    readings.hidden = !answer.others?.length;
    why.textContent = chosen === null ? reason(answer.numbers, app.data.rule) : tr("You picked mask {number}.", { number: chosen });
    const focused = [...row.children].findIndex((one) => one === document.activeElement);
    row.replaceChildren(...candidates.map((one, number) => {
      const whole = (app.work?.photo.width ?? 1) * (app.work?.photo.height ?? 1);
      const values = { number, key: number + 1, iou: decimal(one.iou, 2, true), area: area(one.area, whole) };
      const canvas = h("canvas", { "aria-hidden": "true" });
      const words = tr("mask {number}\n{iou} · {area}", { number, iou: values.iou, area: shortArea(one.area, whole) });
      const help = tr("Mask {number} (key {key}): predicted IoU {iou}, {area} of the photo", values);
      return h(
        "button",
        {
          type: "button", class: "candidate", title: help, "aria-label": help, "aria-pressed": String(number === best),
          onclick: () => app.carryOut(() => app.pick(number)),
        },
        canvas, h("span", {}, words),
      );
    }));
    if (focused >= 0) /** @type {HTMLElement | undefined} */ (row.children[Math.min(focused, count - 1)])?.focus();
    drawAll(answer);
  };

  /** @param {Answer} answer */
  const drawAll = async (answer) => {
    const { work } = app;
    if (!work) return;
    const { photo } = work;
    const color = app.nextColor;
    const scale = Math.min(1, COARSE_SIDE / Math.max(photo.width, photo.height));
    const [width, height] = [Math.max(1, Math.round(photo.width * scale)), Math.max(1, Math.round(photo.height * scale))];
    const handles = answer.candidates.map((one) => one.handle);
    try {
      const coarse = await app.draw(handles, { x0: 0, y0: 0, x1: photo.width, y1: photo.height, width, height });
      for (const [number, handle] of handles.entries()) {
        const view = thumbnailView(coarse[number], photo, THUMBNAIL[0], THUMBNAIL[1]);
        const [mask] = await app.draw([handle], view);
        const canvas = row.children[number]?.querySelector("canvas");
        if (answer !== last || !canvas) return;
        drawThumbnail(canvas, photo.small, photo.small.width / photo.width, view, mask, color);
      }
    } catch {} // whoever draws the photo says what is wrong
  };
  return { element, update };
}

/**
 * The objects with their colours and names.
 *
 * @param {App} app
 */
export function makeObjects(app) {
  const list = h("ul", { class: "objects" });
  const element = h("section", {}, h("h2", {}, tr("Objects")), list);
  /** @type {readonly Item[] | null} */
  let last = null;
  /** @type {number | null} */
  let lastCurrent = null;

  const update = () => {
    const { objects, current } = app.state;
    element.hidden = !objects.length;
    if (objects === last && current === lastCurrent) return;
    [last, lastCurrent] = [objects, current];
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.place;
    list.replaceChildren(...objects.map((one, index) => rowOf(app, one, index, index === current)));
    if (focused) /** @type {HTMLElement | null} */ (list.querySelector(`[data-place="${focused}"]`))?.focus();
  };
  return { element, update };
}

/**
 * @param {App} app
 * @param {Item} one
 * @param {number} index
 * @param {boolean} isCurrent
 */
function rowOf(app, one, index, isCurrent) {
  const color = app.colorOf(one.number);
  const help = tr("Go on with this object");
  const select = h("button", {
    type: "button", class: "swatch", title: help, "aria-label": `${one.number}. ${help}`, "aria-pressed": String(isCurrent), "data-place": `select-${one.number}`,
    style: `background: ${css(color)}; color: ${css(readableOn(color))}`, onclick: () => app.do("select_object", { index }),
  }, String(one.number));
  const words = tr("The object's name");
  const name = h("input", {
    type: "text", value: one.name, placeholder: tr("name"), "aria-label": one.name ? `${words}: ${one.name}` : words, "data-place": `name-${one.number}`,
    onchange: (event) => app.do("name_object", { index, name: event.target.value }), autocomplete: "off", maxlength: "40",
  });
  const row = h("li", {}, select, name);
  const add = (/** @type {import("./dom.js").IconName} */ picture, /** @type {string} */ what, /** @type {() => void} */ run, /** @type {string} */ place) => {
    const made = button({ icon: picture, help: what, run });
    made.dataset.place = `${place}-${one.number}`;
    row.append(made);
    return made;
  };
  if (app.data.semantic.file) add("wand", tr("Let DeepLab name it"), () => app.carryOut(() => app.suggestName(index)), "suggest").disabled = !one.answer;
  add(one.visible ? "eye" : "hidden", tr("Show or hide"), () => app.do("show_object", { index, visible: !one.visible }), "show")
    .setAttribute("aria-pressed", String(one.visible));
  add("trash", tr("Delete this object"), () => app.do("delete_object", { index }), "delete");
  return row;
}

