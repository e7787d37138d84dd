/** The page, put together; and again in another language, with the photo and all that was done on it. */

import { speak, tr } from "../core/words.js";
import { App } from "./app.js";
import { makeCandidates, makeKeys, makeObjects, makeToolbar } from "./controls.js";
import { button, h } from "./dom.js";
import { makeNumbers } from "./numbers.js";
import { listenToFiles, makeSamples, makeSources } from "./opening.js";
import { makeFiles } from "./saving.js";

const BASE = new URL("../../", import.meta.url).href;
const REST_MS = 150;

/** @type {(() => void)[]} */
let updates = [];
let lang = "en";

/**
 * The language that the address asks for, else one of the browser's, else English.
 *
 * @param {Record<string, unknown>} known
 */
function wantedLanguage(known) {
  const asked = [new URL(location.href).searchParams.get("lang") ?? "", ...navigator.languages];
  return asked.map((one) => one.toLowerCase().split("-")[0]).find((one) => one in known) ?? "en";
}

/**
 * @param {App} app
 * @param {string} wanted
 */
function say(app, wanted) {
  lang = wanted;
  speak(app.data.languages[lang]);
  app.speak(lang);
  document.documentElement.lang = lang;
  document.title = tr("segwidgets in the browser: click on it");
}

/** @param {App} app */
function build(app) {
  const { status, stage } = app;
  const toolbar = makeToolbar(app);
  const candidates = makeCandidates(app);
  const objects = makeObjects(app);
  const numbers = makeNumbers(app);
  const files = makeFiles(app, lang);
  const keys = makeKeys(app);
  const back = button({
    icon: "back", label: tr("Back to the photo before"), help: tr("Show it and its objects again"), run: () => app.bringBack(), look: "plain",
  });
  const languages = Object.entries(app.data.languages).filter(([code]) => code !== lang).map(([code, { name }]) => h(
    "button",
    {
      type: "button", class: "plain language", lang: code,
      onclick: () => {
        const address = new URL(location.href);
        address.searchParams.set("lang", code);
        history.replaceState(null, "", address);
        say(app, code);
        build(app);
        /** @type {HTMLElement | null} */ (document.querySelector(".language"))?.focus();
      },
    }, name,
  ));
  const photo = h("div", { class: "photo" }, stage.element, ...status.overPhoto);
  const opened = h(
    "div", { class: "work" }, toolbar.element,
    h(
      "div", { class: "body" },
      h("div", { class: "left" }, photo),
      h("div", { class: "side" }, candidates.element, objects.element, numbers.element, files.element, keys.element),
    ),
  );
  const empty = h(
    "div", { class: "empty" },
    h("p", { class: "lead" }, tr("Click on a thing in a photo, and see Segment Anything draw its mask. Nothing is installed, and the photo never leaves this device.")),
    makeSources(app, "primary"),
    h("p", { class: "note" }, tr("Or drop a photo here, or paste one.")),
    h("h2", {}, tr("Or take one of these")), makeSamples(app),
  );
  const others = h(
    "section", { class: "others" }, h("h2", {}, tr("Another photo")), makeSources(app, "plain"), back, makeSamples(app),
  );
  const main = h("main", {}, h("h1", {}, tr("Click on it")), empty, opened);
  const header = h("header", {}, h("a", { href: lang === "en" ? "../index.html" : `../${lang}/index.html`, class: "home" }, "segwidgets"), ...languages);
  document.body.replaceChildren(header, main, h("footer", {}, h("p", { class: "note" }, tr("All is computed on this device: the photo never leaves it."))));

  const place = () => {
    const isOpen = app.work !== null;
    empty.hidden = isOpen;
    opened.hidden = !isOpen;
    document.body.classList.toggle("opened", isOpen);
    const parent = isOpen ? opened.querySelector(".left") : main;
    if (status.element.parentElement !== parent) parent?.append(status.element);
    if (isOpen && !others.parentElement) main.append(others);
    back.hidden = app.before === null;
  };
  updates = [place, toolbar.update, candidates.update, objects.update, numbers.update, files.update, keys.update];
  place();
  stage.makeRoom();
  app.refresh();
}

async function begin() {
  let data;
  try {
    data = await (await fetch(new URL("data.json", BASE))).json();
  } catch {
    document.body.replaceChildren(h("main", {}, h("p", { role: "alert", class: "message error" }, "The page is not all there: data.json cannot be read. Load it again.")));
    return;
  }
  const app = new App(data, BASE, () => updates.forEach((update) => update()));
  say(app, wantedLanguage(data.languages));
  build(app);
  listenToFiles(app);
  app.prepare();
  let timer = 0;
  window.addEventListener("resize", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => app.stage.makeRoom(), REST_MS);
  });
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(new URL("sw.js", BASE)).catch(() => {}); // it works without
}

begin();
