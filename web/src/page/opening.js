/** Photos in: a file, one that is dropped or pasted, the camera's, a sample. */

/** @import { App } from "./app.js" */

import { tr, WebError } from "../core/words.js";
import { takePhoto } from "./camera.js";
import { button, h } from "./dom.js";
import { readPhoto } from "./photos.js";

const isTouch = () => window.matchMedia("(pointer: coarse)").matches; // the system's own camera is better there

/** @type {Record<string, () => string>} the samples in a word; of others their titles are shown */
const CALLED = {
  cat: () => tr("cat"), astronaut: () => tr("astronaut"), coffee: () => tr("coffee"), rocket: () => tr("rocket"), coins: () => tr("coins"),
  camera: () => tr("photographer"),
};

/**
 * Open a photo, or take up a record of clicks on the photo that is shown.
 *
 * @param {App} app
 * @param {Blob} file
 * @param {string} name
 */
export function openFile(app, file, name) {
  return app.carryOut(async () => {
    if (/\.json$/i.test(name)) await app.replay(await file.text());
    else await app.open(await readPhoto(file, name));
  });
}

/**
 * Buttons that bring a photo.
 *
 * @param {App} app
 * @param {string} look of the first one
 */
export function makeSources(app, look) {
  const chooser = h("input", {
    type: "file", accept: "image/*,.json", class: "spoken", tabindex: "-1", "aria-hidden": "true",
    onchange: () => taken(chooser),
  });
  const camera = h("input", {
    type: "file", accept: "image/*", capture: "environment", class: "spoken", tabindex: "-1", "aria-hidden": "true",
    onchange: () => taken(camera),
  });
  const taken = (/** @type {HTMLInputElement} */ input) => {
    const [file] = input.files ?? [];
    if (file) openFile(app, file, file.name);
    input.value = ""; // the same once more is heard, too
  };
  return h(
    "div", { class: "sources" },
    button({ icon: "photo", label: tr("Photo of your own"), help: tr("Open a photo from this computer"), run: () => chooser.click(), look }),
    button({
      icon: "camera", label: tr("Camera"), help: tr("Take a photo with the camera"), look: "plain",
      run: () => (isTouch() ? camera.click() : app.carryOut(async () => {
        const photo = await takePhoto();
        if (photo) await app.open(await readPhoto(photo, tr("camera")));
      }, true)),
    }),
    chooser, camera,
  );
}

/**
 * The samples, as pictures to choose from.
 *
 * @param {App} app
 */
export function makeSamples(app) {
  return h("ul", { class: "samples" }, ...app.data.samples.map((/** @type {any} */ sample) => h(
    "li", {},
    h(
      "button", { type: "button", title: toldOf(sample), onclick: () => openSample(app, sample) },
      h("img", { src: new URL(sample.photo, app.base).href, alt: "", loading: "lazy", width: sample.width, height: sample.height }),
      h("span", {}, CALLED[sample.name]?.() ?? sample.title),
    ),
  )));
}

/** @param {any} sample */
const toldOf = ({ title, credit, licence }) => [title, credit, licence].filter(Boolean).join(", ");

/**
 * @param {App} app
 * @param {any} sample
 */
function openSample(app, sample) {
  return app.carryOut(async () => {
    let blob;
    try {
      const response = await fetch(new URL(sample.photo, app.base));
      if (!response.ok) throw new Error(String(response.status));
      blob = await response.blob();
    } catch {
      throw new WebError("network", tr("The photo {name} cannot be fetched: look whether the network is there, and try again.", { name: sample.name }));
    }
    await app.open(await readPhoto(blob, sample.name, sample.name));
  });
}

/**
 * Let photos be dropped and pasted anywhere on the page.
 *
 * @param {App} app
 */
export function listenToFiles(app) {
  const body = document.body;
  const openFirst = (/** @type {DataTransfer | null} */ data) => {
    const [file] = data?.files ?? [];
    if (file) openFile(app, file, file.name || tr("pasted photo"));
    return Boolean(file);
  };
  body.addEventListener("dragover", (event) => {
    if (![...(event.dataTransfer?.types ?? [])].includes("Files")) return;
    event.preventDefault();
    body.classList.add("drop");
  });
  body.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) body.classList.remove("drop");
  });
  body.addEventListener("drop", (event) => {
    event.preventDefault(); // else the browser leaves the page for the photo
    body.classList.remove("drop");
    if (!openFirst(event.dataTransfer)) app.carryOut(() => {
      throw new WebError("nothing", tr("What was dropped is no file: save the photo first, then drop its file here."));
    });
  });
  document.addEventListener("paste", (event) => {
    if (openFirst(event.clipboardData)) event.preventDefault();
  });
}
