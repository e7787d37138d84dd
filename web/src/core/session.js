/**
 * Objects clicked on one photo, with undo and redo over everything, as a record that `ClickSegmenter` replays.
 *
 * The rules are those of `segwidgets/widgets/session`: actions are functions from one state to the next, states never
 * change, and what is fed back to the network follows from the prompt's points in their order.
 */

import { WebError, tr } from "./words.js";

/** @typedef {import("./sam.js").Prompt} Prompt */
/** @typedef {import("./sam.js").Handle} Handle */
/** @typedef {import("./choice.js").Numbers} Numbers */
/** @typedef {import("./choice.js").ClassUnderClick} ClassUnderClick */
/** @typedef {{ iou: number, stability: number, area: number, border: number, cutOff: boolean, handle: Handle }} Candidate */
/** @typedef {import("./frame.js").Box} Box */

/**
 * @typedef {object} Answer
 * @property {Candidate[]} candidates
 * @property {Candidate[] | null} others SAM's other readings, until they are shown
 * @property {Numbers} numbers what the choice is made of
 * @property {number} best which is shown
 * @property {number | null} chosen which a hand picked
 * @property {string} reason in the language of the moment; `Engine.explain(numbers)` says it in another
 */

/**
 * @typedef {object} SegmentedObject
 * @property {number} number counts from 1 and never changes: the colour hangs on it
 * @property {string} name
 * @property {boolean} visible
 * @property {Prompt} prompt
 * @property {Answer | null} answer
 */

/** @typedef {{ objects: SegmentedObject[], current: number | null, made: number }} State */
/** @typedef {Record<string, any> & { action: string }} Action */
/** @typedef {(prompt: Prompt, previous: Handle | null, part: Box | null) => Promise<{ candidates: Candidate[], others: Candidate[], numbers: Numbers }>} Ask */

/**
 * @typedef {object} About the photo, and who answers
 * @property {number} width
 * @property {number} height
 * @property {string} format of the record
 * @property {Ask} ask
 * @property {() => Promise<string>} digest SHA-256 of the photo's pixels
 * @property {(numbers: Numbers) => { best: number, reason: string }} explain
 */

/** @type {Prompt} */
const NOTHING = { points: [], labels: [], box: null };
/** @type {State} */
const EMPTY = { objects: [], current: null, made: 0 };
const MOST_STATES = 120; // held in memory; those before are done anew when wanted: an answer takes a megabyte
const MOST_ACTIONS = 10_000;
const SEEN = "deeplab"; // in an action's record: what a class map saw under its single click
const VIEWS = "views"; // and for each prompt that was answered, which part of the photo was looked at

/** An action that cannot be done; the state stays as it was. */
const impossible = () => new WebError("action", tr("That cannot be done here: it asks for an object or a point that is not there."));

export class Session {
  /** @param {About} about */
  constructor(about) {
    this.about = about;
    /** @type {Action[]} */
    this.actions = [];
    /** @type {(State | null)[]} */
    this.states = [EMPTY];
    this.at = 0;
    this.replayed = 0; // actions that a record brought
    /** @type {Promise<unknown>} */
    this.last = Promise.resolve();
    /** @type {((prompt: Prompt, answer: Answer) => Promise<ClassUnderClick | null>) | null} what a class map sees under a single click */
    this.seen = null;
    /** @type {((prompt: Prompt, previous: Handle | null) => Promise<Box | null>)} which part to look at more closely */
    this.closer = async () => null;
  }

  /** @returns {State} */
  get state() {
    return /** @type {State} */ (this.states[this.at]);
  }

  /** @returns {Action[]} those that led to `state`, oldest first */
  get history() {
    return this.actions.slice(0, this.at);
  }

  get canUndo() {
    return this.at > 0;
  }

  get canRedo() {
    return this.at < this.actions.length;
  }

  /** @returns {SegmentedObject | null} the one that prompts go to */
  get active() {
    const { objects, current } = this.state;
    return current === null ? null : objects[current];
  }

  /**
   * Carry out an action; what changes nothing is not recorded. Actions wait for each other.
   *
   * @param {string} action a key of `ACTIONS`
   * @param {Record<string, unknown>} given
   * @returns {Promise<State>}
   */
  do(action, given = {}) {
    return this.inTurn(() => this.record({ action, ...given }));
  }

  /** @returns {Promise<boolean>} whether there was an action to take back */
  undo() {
    return this.inTurn(async () => this.canUndo && this.goTo(this.at - 1));
  }

  /** @returns {Promise<boolean>} */
  redo() {
    return this.inTurn(async () => this.canRedo && this.goTo(this.at + 1));
  }

  /** @returns {Answer | null} the present masks, where they are a single click's that no class map ranked and no hand picked, replayed or took back */
  get unranked() {
    const answer = this.canRedo || this.at <= this.replayed ? null : (this.active?.answer ?? null);
    return answer && answer.numbers.single && !answer.numbers.seen && answer.chosen === null ? answer : null;
  }

  /**
   * Rank the present single click's masks by what a class map sees, as part of the action that made them. No action waits for it.
   *
   * @returns {Promise<boolean>} whether there were such masks
   */
  async rank() {
    await this.last;
    const answer = this.unranked;
    if (!answer || !this.active || !this.seen) return false;
    const seen = await this.seen(this.active.prompt, answer);
    return seen !== null && this.inTurn(async () => {
      if (this.unranked !== answer) return false;
      const ranked = this.chosen(answer, { ...answer.numbers, seen });
      let first = this.at;
      for (let at = this.at; at > 0; at--) {
        const state = this.states[at];
        const index = state?.objects.findIndex((one) => one.answer === answer) ?? -1;
        if (!state || index < 0) break;
        this.states[at] = withObject(state, index, { ...state.objects[index], answer: ranked });
        first = at;
      }
      this.actions[first - 1] = { ...this.actions[first - 1], [SEEN]: recorded(seen) };
      return true;
    });
  }

  /** @returns {Promise<string>} the record: the photo's size and hash, and every action, to be replayed */
  async toJSON() {
    const { width, height, format } = this.about;
    const history = this.history;
    const image = { width, height, sha256: await this.about.digest() };
    const lines = history.map((action) => `\n  ${JSON.stringify(action)}`).join(",");
    return `${JSON.stringify({ format, image }, null, 1).slice(0, -2)},\n "actions": [${lines}\n ]\n}`;
  }

  /**
   * Replay a record on the photo that it was made on.
   *
   * @param {string} text
   * @param {About} about
   * @returns {Promise<Session>}
   * @throws {WebError} "session", in one sentence
   */
  static async fromJSON(text, about) {
    let data;
    try {
      data = JSON.parse(text);
    } catch {
      data = null;
    }
    if (data?.format !== about.format || !Array.isArray(data.actions) || data.actions.length > MOST_ACTIONS) {
      throw new WebError("session", tr("This file is no session that was saved here or in the notebook."));
    }
    if (data.image?.sha256 !== (await about.digest())) {
      throw new WebError("session", tr("This session belongs to another photo: open that one first."));
    }
    const session = new Session(about);
    for (const action of data.actions) {
      if (typeof action?.action !== "string" || !(action.action in ACTIONS)) {
        throw new WebError("session", tr("This session has a step that only the notebook knows: {action}.", { action: String(action?.action) }));
      }
      await session.record({ ...action });
    }
    session.replayed = session.at;
    return session;
  }

  /**
   * @template T
   * @param {() => Promise<T>} task
   * @returns {Promise<T>}
   */
  inTurn(task) {
    const turn = this.last.then(task);
    this.last = turn.catch(() => {});
    return turn;
  }

  /** @param {Action} action */
  async record(action) {
    const before = this.state;
    const after = await this.change(before, action);
    if (after === before) return before;
    this.actions.length = this.at;
    this.states.length = this.at + 1;
    this.actions.push(action);
    this.states.push(after);
    this.at++;
    this.tidy();
    return after;
  }

  /**
   * @param {State} state
   * @param {Action} action
   * @returns {Promise<State>}
   */
  async change(state, action) {
    const { action: name, [SEEN]: seen, [VIEWS]: views, ...given } = action;
    const change = ACTIONS[name];
    if (!change) throw impossible();
    return change(state, new Asking(this, action, seen, views), given);
  }

  /**
   * @param {number} at
   * @returns {Promise<true>}
   */
  async goTo(at) {
    let from = at;
    while (this.states[from] === null) from--;
    for (; from < at; from++) this.states[from + 1] = await this.change(/** @type {State} */ (this.states[from]), this.actions[from]);
    this.at = at;
    this.tidy();
    return true;
  }

  /** Forget the states farthest from the present one. */
  tidy() {
    const held = this.states.map((state, at) => (state && at > 0 && at !== this.at ? at : -1)).filter((at) => at > 0);
    held.sort((one, other) => Math.abs(other - this.at) - Math.abs(one - this.at));
    for (const at of held.slice(0, Math.max(held.length - MOST_STATES, 0))) this.states[at] = null;
  }

  /**
   * @param {Answer} answer
   * @param {Numbers} numbers
   * @returns {Answer} the same with another choice
   */
  chosen(answer, numbers) {
    return { ...answer, numbers, chosen: numbers.picked ?? null, ...this.about.explain(numbers) };
  }
}

/** Answers an action's prompts, and keeps in its record what a class map saw and which part was looked at. */
class Asking {
  /**
   * @param {Session} session
   * @param {Action} action
   * @param {any} seen as it is recorded
   * @param {(Box | null)[] | undefined} views as they are recorded
   */
  constructor(session, action, seen, views) {
    this.session = session;
    this.action = action;
    this.recordedSeen = seen;
    this.recordedViews = views ?? [];
    /** @type {(Box | null)[]} */
    this.views = [];
  }

  /**
   * @param {Prompt} prompt
   * @param {Answer | null} previous
   * @returns {Promise<Answer>}
   */
  async ask(prompt, previous) {
    const { width, height, ask } = this.session.about;
    const inside = (/** @type {[number, number]} */ [x, y]) => x >= 0 && y >= 0 && x < width && y < height;
    if (!prompt.points.every(inside)) throw impossible();
    const handle = previous && previous.candidates[previous.best].handle;
    const turn = this.views.length;
    const view = turn < this.recordedViews.length ? this.recordedViews[turn] : await this.session.closer(prompt, handle);
    this.views.push(view);
    if (this.views.some((one) => one !== null)) this.action[VIEWS] = [...this.views];
    const { candidates, others, numbers } = await ask(prompt, handle, view);
    const answer = this.session.chosen({ candidates, others, numbers, best: 0, chosen: null, reason: "" }, numbers);
    if (!numbers.single) return answer;
    if (this.recordedSeen) {
      const { class_name: name, iou, border } = this.recordedSeen;
      return this.session.chosen(answer, { ...numbers, seen: { name, iou, border } });
    }
    const seen = (await this.session.seen?.(prompt, answer)) ?? null;
    if (seen === null) return answer;
    this.action[SEEN] = recorded(seen);
    return this.session.chosen(answer, { ...numbers, seen });
  }

  /**
   * Another prompt for an object: what is added goes on from the mask on show, what takes something back begins anew.
   *
   * @param {SegmentedObject} object
   * @param {Prompt} prompt
   * @returns {Promise<SegmentedObject>}
   */
  async asked(object, prompt) {
    if (isPartOf(object.prompt, prompt)) return { ...object, prompt, answer: await this.ask(prompt, object.answer) };
    /** @type {Answer | null} */
    let answer = null;
    for (const step of steps(prompt)) answer = await this.ask(step, answer);
    return { ...object, prompt, answer };
  }
}

/** @param {ClassUnderClick} seen */
function recorded({ name, iou, border }) {
  return { class_name: name, iou, border };
}

/**
 * Whether a prompt says less than another: its points are that one's first, its box that one's or none.
 *
 * @param {Prompt} less
 * @param {Prompt} more
 */
function isPartOf(less, more) {
  const same = (/** @type {any} */ one, /** @type {any} */ other) => JSON.stringify(one) === JSON.stringify(other);
  const count = less.points.length;
  const begins = same(less.points, more.points.slice(0, count)) && same(less.labels, more.labels.slice(0, count));
  return begins && (less.box === null || same(less.box, more.box)) && !(same(less.box, more.box) && count === more.points.length);
}

/**
 * The prompts that lead to one: the box, if any, then point by point; beginnings that do not say what is meant left out.
 *
 * @param {Prompt} prompt
 * @returns {Prompt[]}
 */
function steps({ points, labels, box }) {
  const all = Array.from({ length: points.length + 1 }, (_, count) => ({ points: points.slice(0, count), labels: labels.slice(0, count), box }));
  const last = all.length - 1;
  return all.filter((step, i) => (i === last || step.box !== null || step.labels.includes(1)) && (step.points.length > 0 || step.box !== null));
}

/**
 * @param {State} state
 * @param {number} index
 * @param {SegmentedObject} object
 * @returns {State}
 */
function withObject(state, index, object) {
  return { ...state, objects: state.objects.map((one, i) => (i === index ? object : one)) };
}

/**
 * @param {State} state
 * @param {string} name
 * @returns {State}
 */
function begun(state, name = "") {
  /** @type {SegmentedObject} */
  const fresh = { number: state.made + 1, name, visible: true, prompt: NOTHING, answer: null };
  return { objects: [...state.objects, fresh], current: state.objects.length, made: state.made + 1 };
}

/**
 * @param {State} state
 * @returns {[number, SegmentedObject]}
 */
function activeOf(state) {
  if (state.current === null) throw impossible();
  return [state.current, state.objects[state.current]];
}

/**
 * @param {number} index
 * @param {number} count
 */
function check(index, count) {
  if (!Number.isInteger(index) || index < 0 || index >= count) throw impossible();
}

/**
 * @param {State} state
 * @param {Asking} asking
 * @param {(prompt: Prompt) => Prompt} change
 * @param {boolean} begins whether an object begins where there is none
 */
async function prompted(state, asking, change, begins = false) {
  const from = begins && state.current === null ? begun(state) : state;
  const [index, object] = activeOf(from);
  return withObject(from, index, await asking.asked(object, change(object.prompt)));
}

/**
 * By the name that stands in a record, with the very arguments of `segwidgets/widgets/session/actions.py`.
 *
 * @type {Record<string, (state: State, asking: Asking, given: any) => Promise<State> | State>}
 */
export const ACTIONS = {
  add_point: (state, asking, { x, y, label = 1 }) =>
    prompted(state, asking, ({ points, labels, box }) => ({ points: [...points, [x, y]], labels: [...labels, label], box }), true),

  remove_point: (state, asking, { index }) =>
    prompted(state, asking, ({ points, labels, box }) => {
      check(index, points.length);
      return { points: points.filter((_, i) => i !== index), labels: labels.filter((_, i) => i !== index), box };
    }),

  move_point: (state, asking, { index, x, y }) =>
    prompted(state, asking, ({ points, labels, box }) => {
      check(index, points.length);
      return { points: points.map((one, i) => (i === index ? [x, y] : one)), labels, box };
    }),

  set_box: (state, asking, { x0, y0, x1, y1 }) => {
    const { width, height } = asking.session.about;
    if (!(x0 >= 0 && y0 >= 0 && x0 < x1 && y0 < y1 && x1 <= width && y1 <= height)) throw impossible();
    return prompted(state, asking, ({ points, labels }) => ({ points, labels, box: [x0, y0, x1, y1] }), true);
  },

  clear_box: (state, asking) =>
    state.current === null || state.objects[state.current].prompt.box === null
      ? state
      : prompted(state, asking, ({ points, labels }) => ({ points, labels, box: null })),

  choose: (state, asking, { index }) => {
    const [current, object] = activeOf(state);
    if (object.answer === null) throw impossible();
    check(index, object.answer.candidates.length);
    if (index === object.answer.best) return state;
    const numbers = { ...object.answer.numbers, picked: index };
    return withObject(state, current, { ...object, answer: asking.session.chosen(object.answer, numbers) });
  },

  other_readings: (state, asking) => {
    const [current, object] = activeOf(state);
    const { answer } = object;
    if (!answer?.others) throw impossible();
    const candidates = [...answer.candidates, ...answer.others];
    const numbers = { ...answer.numbers, cutOff: candidates.map((one) => one.cutOff) };
    return withObject(state, current, { ...object, answer: { ...answer, candidates, numbers, others: null } });
  },

  new_object: (state, asking, { name = "" }) => {
    if (state.current === null || state.objects[state.current].answer !== null) return begun(state, name.trim());
    return name ? ACTIONS.name_object(state, asking, { index: state.current, name }) : state;
  },

  select_object: (state, _, { index }) => {
    check(index, state.objects.length);
    return index === state.current ? state : { ...state, current: index };
  },

  name_object: (state, _, { index, name }) => {
    check(index, state.objects.length);
    const object = state.objects[index];
    return object.name === name.trim() ? state : withObject(state, index, { ...object, name: name.trim() });
  },

  show_object: (state, _, { index, visible = true }) => {
    check(index, state.objects.length);
    const object = state.objects[index];
    return object.visible === visible ? state : withObject(state, index, { ...object, visible });
  },

  delete_object: (state, _, { index }) => {
    check(index, state.objects.length);
    const objects = state.objects.filter((__, i) => i !== index);
    return { ...state, objects, current: whereIs(state, objects) };
  },

  reorder: (state, _, { index, to }) => {
    check(index, state.objects.length);
    check(to, state.objects.length);
    if (index === to) return state;
    const objects = [...state.objects];
    objects.splice(to, 0, ...objects.splice(index, 1));
    return { ...state, objects, current: whereIs(state, objects) };
  },

  clear: (state) => {
    if (state.current === null) return state;
    const [index, object] = activeOf(state);
    if (object.answer === null && object.prompt.points.length === 0 && object.prompt.box === null) return state;
    return withObject(state, index, { ...object, prompt: NOTHING, answer: null });
  },

  reset: (state) => (state.made ? EMPTY : state),
};

/**
 * @param {State} state
 * @param {SegmentedObject[]} objects
 * @returns {number | null} where the active object now stands
 */
function whereIs({ objects: before, current }, objects) {
  const at = current === null ? -1 : objects.indexOf(before[current]);
  return at < 0 ? null : at;
}
