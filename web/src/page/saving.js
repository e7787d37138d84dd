/** What was made, out: masks, cut-outs, COCO, the clicks, and how to go on in the notebook. */

/** @import { App } from "./app.js" */

import { tr } from "../core/words.js";
import { button, h } from "./dom.js";
import { zipped } from "./zip.js";

/** @typedef {{ name: string, type: string, data: ArrayBuffer | Uint8Array | string }} SavedFile */

/**
 * Hand a file over to whoever uses the page.
 *
 * @param {SavedFile} file
 */
function handOver({ name, type, data }) {
  const address = URL.createObjectURL(new Blob([/** @type {BlobPart} */ (data)], { type }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/**
 * The photo's name, without what a file's name cannot have, and without its ending.
 *
 * @param {App} app
 */
const stemOf = (app) => (app.work?.photo.name ?? "photo").replace(/\.\w{1,5}$/, "").replace(/[^\p{L}\p{N}_-]+/gu, "_") || "photo";

/**
 * @param {App} app
 * @param {"masks" | "cutouts" | "coco"} kind
 */
async function saveMasks(app, kind) {
  const files = await app.files(kind, stemOf(app));
  const [first] = files;
  const file = files.length === 1 ? first : { name: `${stemOf(app)}_${kind}.zip`, type: "application/zip", data: zipped(files) };
  handOver(file);
  app.status.say(tr("Saved: {path}", { path: file.name }));
}

/** @param {App} app */
async function saveClicks(app) {
  const name = `${stemOf(app)}_clicks.json`;
  handOver({ name, type: "application/json", data: await app.record() });
  app.status.say(tr("Saved: {path}", { path: name }));
}

/** @param {App} app */
async function savePhoto(app) {
  const [file] = await app.files("photo", stemOf(app));
  handOver(file);
  app.status.say(tr("Saved: {path}", { path: file.name }));
}

/**
 * What follows in the notebook: the photo and its clicks.
 *
 * @param {App} app
 * @param {string} lang
 */
function codeOf(app, lang) {
  const { photo } = /** @type {import("./app.js").Work} */ (app.work);
  const source = photo.sample || `${stemOf(app)}.png`;
  const words = lang === "en" ? "" : `, lang="${lang}"`;
  return [
    "from segwidgets import ClickSegmenter", "",
    `seg = ClickSegmenter("${source}"${words})`,
    `seg.replay(open("${stemOf(app)}_clicks.json", encoding="utf-8").read())`,
    "seg",
  ].join("\n");
}

/**
 * @param {App} app
 * @param {string} lang
 */
export function makeFiles(app, lang) {
  const run = (/** @type {() => unknown} */ what) => () => app.carryOut(what);
  const saves = [
    button({ icon: "save", label: tr("Masks"), help: tr("Save each mask as a black and white PNG"), run: run(() => saveMasks(app, "masks")) }),
    button({
      icon: "save", label: tr("Cut-outs"), help: tr("Save each object as a PNG with a transparent background"), run: run(() => saveMasks(app, "cutouts")),
    }),
    button({ icon: "save", label: "COCO", help: tr("Save the masks as COCO JSON"), run: run(() => saveMasks(app, "coco")) }),
  ];
  const clicks = button({
    icon: "save", label: tr("Clicks"), help: tr("Save the record of the clicks as JSON, to replay it"), run: run(() => saveClicks(app)),
  });
  const photo = button({
    icon: "save", label: tr("Photo"), help: tr("Save the photo as the page sees it, as a PNG"), run: run(() => savePhoto(app)),
  });
  const code = h("pre", { tabindex: "0", "aria-label": tr("Code for the notebook") });
  const copy = button({
    icon: "copy", label: tr("Copy"), help: tr("Copy the code"),
    run: run(async () => {
      await navigator.clipboard.writeText(code.textContent ?? "");
      app.status.say(tr("The code is copied: paste it into a cell."));
    }),
  });
  const steps = h("p", { class: "note" });
  const element = h(
    "details", { class: "panel" }, h("summary", {}, h("h2", {}, tr("Files"))),
    h("div", { class: "saves" }, ...saves),
    h("h3", {}, tr("Go on in the notebook")), steps, h("div", { class: "saves" }, clicks, photo), code, copy,
  );
  const update = () => {
    const none = !app.state.objects.some((one) => one.answer);
    for (const one of saves) one.disabled = none;
    clicks.disabled = !app.canUndo;
    if (!app.work) return;
    photo.hidden = Boolean(app.work.photo.sample);
    steps.textContent = photo.hidden
      ? tr("Save the clicks beside your notebook, and run this in a cell. What you clicked here is all there.")
      : tr("Save the clicks and the photo beside your notebook, and run this in a cell. What you clicked here is all there.");
    code.textContent = codeOf(app, lang);
  };
  return { element, update };
}
