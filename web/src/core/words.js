/**
 * The page's words: messages of the package's own catalogues, numbers as its languages write them.
 *
 * `tr("…")` marks a message for `tools/messages.py` and says it in the language that `speak` chose; the same as
 * `segwidgets/locale/phrases.py`.
 */

/** @typedef {{ decimal: string, group: string, percent: string }} Signs */
/** @typedef {{ name: string, numbers: Signs, words: Record<string, string>, plurals: Record<string, [string, string]> }} Language */

/** @type {Language} */
const PLAIN = { name: "English", numbers: { decimal: ".", group: ",", percent: "{number} %" }, words: {}, plurals: {} };
let spoken = PLAIN;

/** @param {Language} language from now on */
export function speak(language) {
  spoken = language;
}

/**
 * @param {string} message English, as it stands in the code
 * @param {Record<string, string | number>} [facts] what stands for `{name}` in it
 * @returns {string} the message in the language that is spoken
 */
export function tr(message, facts) {
  return filled(spoken.words[message] || message, facts);
}

/**
 * @param {string} one
 * @param {string} many
 * @param {number} count which of both fits
 * @param {Record<string, string | number>} [facts]
 * @returns {string}
 */
export function trn(one, many, count, facts) {
  const forms = spoken.plurals[one] ?? [one, many];
  return filled(forms[count === 1 ? 0 : 1], facts);
}

/**
 * @param {string} text
 * @param {Record<string, string | number>} [facts]
 */
function filled(text, facts) {
  return facts ? text.replace(/\{(\w+)\}/g, (field, name) => String(facts[name] ?? field)) : text;
}

/**
 * Write a number with so many decimals, a tie rounded to even.
 *
 * @param {number} value
 * @param {number} digits
 * @param {boolean} single whether the number has single precision, so that it is as short as that tells
 */
export function decimal(value, digits = 2, single = false) {
  return rounded(single ? shortest(value) : String(value), digits).replace(".", spoken.numbers.decimal);
}

/**
 * @param {number} value of single precision
 * @returns {string} the fewest digits that tell it from its neighbours, as NumPy writes it
 */
function shortest(value) {
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return text;
  }
  return value.toPrecision(9);
}

/**
 * @param {string} written a number
 * @param {number} digits
 * @returns {string} with so many decimals, a tie rounded to even
 */
function rounded(written, digits) {
  const [, sign, whole, part = "", power = "0"] = /** @type {string[]} */ (
    /^(-?)(\d+)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(written) ?? ["", "", "0"]
  );
  const shift = digits + Number(power) - part.length; // of whole and part, read as one number
  let number = BigInt(whole + part);
  if (shift >= 0) number *= 10n ** BigInt(shift);
  else {
    const step = 10n ** BigInt(-shift);
    const rest = number % step;
    number /= step;
    if (2n * rest > step || (2n * rest === step && number % 2n === 1n)) number += 1n;
  }
  const text = String(number).padStart(digits + 1, "0");
  return sign + (digits ? `${text.slice(0, -digits)}.${text.slice(-digits)}` : text);
}

/**
 * @param {number} value whole, its thousands grouped
 * @param {boolean} thin by a thin space, for tables of numbers
 */
export function count(value, thin = false) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, thin ? "\u202f" : spoken.numbers.group);
}

/**
 * @param {number} share 0 to 1, in percent with so many decimals, for tables: "21 %"
 * @param {number} digits
 */
export function fixedPercent(share, digits = 0) {
  return spoken.numbers.percent.replace("{number}", decimal(100 * share, digits));
}

/**
 * @param {number} pixels
 * @param {number} of how many
 * @param {number} digits
 * @returns {string} the same as `area` for tables, and below 1 % as "812 px"
 */
export function shortArea(pixels, of, digits = 0) {
  return pixels > 0 && 100 * pixels < of ? `${count(pixels, true)} px` : fixedPercent(pixels / of, digits);
}

/** @param {number} share 0 to 1, as "21 %", with decimals where a whole number would mislead */
export function percent(share) {
  const value = 100 * share;
  let number;
  if (value === 0 || value === 100 || (value >= 9.95 && value <= 99)) number = count(Number(rounded(String(value), 0)));
  else if (value > 99) number = decimal(Math.min(value, 99.9), 1);
  else number = decimal(value, Math.max(1, Math.ceil(-Math.log10(value))));
  return spoken.numbers.percent.replace("{number}", number).replace(" ", "\u00a0");
}

/**
 * @param {number} pixels
 * @param {number} of how many
 * @returns {string} in percent or, if few, as "812 pixels"
 */
export function area(pixels, of) {
  if (!(pixels > 0 && 100 * pixels < of)) return percent(pixels / of);
  return trn("{count} pixel", "{count} pixels", pixels, { count: count(pixels) });
}

/** @param {string[]} parts one to three, as "a, b and c" */
export function join(parts) {
  if (parts.length < 2) return parts.join("");
  return tr("{first} and {last}", { first: parts.slice(0, -1).join(", "), last: parts[parts.length - 1] });
}

/** What goes wrong, in one sentence for whoever looks at the page. */
export class WebError extends Error {
  /**
   * @param {string} code what went wrong, for the page's code
   * @param {string} message the sentence
   */
  constructor(code, message) {
    super(message);
    this.name = "WebError";
    this.code = code;
  }
}
