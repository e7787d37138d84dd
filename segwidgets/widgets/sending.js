// What a hand does is numbered and kept until the kernel has heard it. Where no word of that comes back, the kernel is asked what it
// heard; what was lost on the way is sent once more, in order, and by the numbers the kernel knows what it has already.

const CLICKS = ["up", "key", "stroke"]; // what a person sees an answer to
const WAITED_FOR = [...CLICKS, "file"];
const PATIENCE_MS = 1500; // the kernel answers at once that it has heard, before any work
const ASK_MS = 2000; // from one question to the next
const OFTEN = 64; // also of what nobody waits for the kernel says that it heard it, or that would be kept for ever
const MANY = 4 * OFTEN; // that are kept: something among them was lost

function makeSending(model, page, isCutOff, onChange, signal) {
  const unheard = new Map(); // by number: what was sent, when, and after which question
  let count = 0;
  let asked = 0;
  let last = -1; // the highest number that was heard: what is open below it was lost, as a press whose release arrived
  let isBroken = false; // what it would go by is gone
  let timer = 0;

  const post = (content, data) => {
    try {
      model.send(content, undefined, data);
      isBroken = false;
    } catch {
      isBroken = true;
    }
  };
  const deliver = (one) => {
    one.after = asked;
    post(one.content, one.data);
  };
  const waitedFor = () => [...unheard.values()].filter(({ content }) => WAITED_FOR.includes(content.kind));
  const clicks = () => waitedFor().filter(({ content }) => CLICKS.includes(content.kind));
  const isLate = (those) => those.length > 0 && those[0].since < performance.now() - PATIENCE_MS;
  const isGone = () => isBroken || isCutOff();

  const hasGap = () => unheard.size > MANY || [...unheard.keys()].some((turn) => turn < last);
  const look = () => {
    timer = 0;
    const waiting = waitedFor();
    if ((isLate(waiting) || hasGap()) && !isCutOff()) post({ kind: "asked", page, asked: ++asked });
    if (waiting.length || hasGap()) lookAfter(isLate(waiting) ? ASK_MS : PATIENCE_MS + 50);
    onChange();
  };
  const lookAfter = (wait) => {
    timer ||= setTimeout(look, wait);
  };
  signal.addEventListener("abort", () => clearTimeout(timer));

  const send = (event, data = []) => {
    const turn = count++;
    const isWaitedFor = WAITED_FOR.includes(event.kind);
    const content = { ...event, page, turn, answer: isWaitedFor || turn % OFTEN === OFTEN - 1 };
    const one = { content, data, since: performance.now() };
    unheard.set(turn, one);
    deliver(one);
    if (isWaitedFor || unheard.size > MANY) lookAfter(PATIENCE_MS + 50);
    if (isGone()) onChange();
    return turn;
  };

  // `got` is one number, and all those below `due` came, too. Who was asked had answered all before, so what is
  // still open was lost, or the word of it; then what the kernel drew may be lost as well.
  const hear = ({ got, due, asked: answered }) => {
    const isOpen = ({ after }) => after < answered;
    const hasLostWord = waitedFor().some(isOpen);
    for (const turn of unheard.keys()) if (turn === got || turn < due) unheard.delete(turn);
    last = Math.max(last, got ?? -1);
    if (hasGap()) lookAfter(PATIENCE_MS);
    const lost = [...unheard.values()].filter(isOpen);
    lost.forEach(deliver);
    if (hasLostWord || lost.length) send({ kind: "back" });
    onChange();
  };

  // What is true while no answer comes: how many clicks wait, or were not taken.
  const state = () => ({ isGone: isGone(), isLate: isLate(clicks()), clicks: clicks().length });

  return { send, hear, state };
}
