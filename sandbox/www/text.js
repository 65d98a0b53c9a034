// SPDX-License-Identifier: Apache-2.0
// Text of a message to DOM nodes. Foreign text only ever becomes text nodes; the addresses of
// links pass through URL and a list of schemes.

const LINK = new RegExp(
  [
    String.raw`(?<url>\b(?:https?:\/\/|www\.)[^\s<>"]+)`,
    String.raw`(?<mail>[\w.+-]+@(?:[\w-]+\.)+\p{L}{2,})`,
    // A phone number: +34 900 123 456, (415) 555-0123, or nine digits and more. Shorter ones
    // are mostly prices; dates are left alone.
    String.raw`(?<![\p{L}\d/.#@+:-])(?!\d{4}-\d\d-\d\d|\d\d?\.\d\d?\.\d{4})(?<phone>` +
      String.raw`\+\d(?:[ .\-]?(?:\(\d{1,4}\)[ .\-]?)?\d){6,14}` +
      String.raw`|\(\d{2,4}\)[ .\-]?\d(?:[ .\-]?\d){5,11}` +
      String.raw`|\d(?:[ .\-]?\d){8,14})(?![\p{L}/:-]|[ .\-]?\d)`,
  ].join("|"),
  "giu",
);

// The address as an object when it is one of the given schemes, else null.
export function safeUrl(text, schemes = ["http:", "https:"]) {
  try {
    const url = new URL(text);
    return schemes.includes(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

// An address of the sandbox itself, by the way this page was reached (a forwarded port, say);
// any other as it is. base: what the sandbox calls itself in addresses.
export function ownUrl(url, base) {
  const own = url && base && url.href.startsWith(`${base}/`);
  return own ? new URL(url.href.slice(base.length), location.href) : url;
}

export function anchor(url, child) {
  const a = document.createElement("a");
  a.href = url.href;
  a.target = "_blank";
  a.rel = "noopener noreferrer";
  a.append(child);
  return a;
}

// Full stops, quotes and an unmatched closing bracket after an address belong to the sentence.
function trimUrl(text, marks) {
  const tail = marks ? /[.,;:!?'’”»…*_~]$/u : /[.,;:!?'’”»…]$/u;
  for (;;) {
    const extra = text.split(")").length > text.split("(").length;
    if (tail.test(text) || (extra && text.endsWith(")")))
      text = text.slice(0, -1);
    else
      return text;
  }
}

function findLinks(text, marks) {
  const links = [];
  for (const m of text.matchAll(LINK)) {
    const { url, mail, phone } = m.groups;
    const shown = url ? trimUrl(url, marks) : mail || phone;
    const address = url
      ? safeUrl(/^www\./i.test(shown) ? `http://${shown}` : shown)
      : safeUrl(mail ? `mailto:${mail}` : `tel:${phone.replace(/[^\d+]/g, "")}`, ["mailto:", "tel:"]);
    if (address)
      links.push({ start: m.index, end: m.index + shown.length, address });
  }
  return links;
}

function plain(text, marks) {
  const out = document.createDocumentFragment();
  let at = 0;
  for (const { start, end, address } of findLinks(text, marks)) {
    out.append(text.slice(at, start), anchor(address, text.slice(start, end)));
    at = end;
  }
  out.append(text.slice(at));
  return out;
}

const ELEMENT = { "*": "strong", _: "em", "~": "s" };
// A pair of marks hugs its text, stands between blanks or punctuation, and ends on its line.
const MARKED = /(?<![\p{L}\p{N}])([*_~])(?!\1)(?=\S)([^\n]*?\S)\1(?![\p{L}\p{N}])/u;

// Bold, italic and struck text; marks inside an address are part of it.
function marked(text) {
  const out = document.createDocumentFragment();
  let hidden = text;
  for (const { start, end } of findLinks(text, true))
    hidden = hidden.slice(0, start) + "x".repeat(end - start) + hidden.slice(end);
  const m = MARKED.exec(hidden);
  if (!m) {
    out.append(plain(text, true));
    return out;
  }
  const open = m.index;
  const close = open + m[0].length;
  const element = document.createElement(ELEMENT[m[1]]);
  element.append(marked(text.slice(open + 1, close - 1)));
  out.append(plain(text.slice(0, open), true), element, marked(text.slice(close)));
  return out;
}

// What WhatsApp shows: ```fixed``` first, nothing inside it is read further.
function whatsapp(text) {
  const out = document.createDocumentFragment();
  let at = 0;
  for (const m of text.matchAll(/```([^`]*[^\s`][^`]*)```/g)) {
    const code = document.createElement("code");
    code.textContent = m[1];
    out.append(marked(text.slice(at, m.index)), code);
    at = m.index + m[0].length;
  }
  out.append(marked(text.slice(at)));
  return out;
}

export function render(text, channel) {
  const clean = text.replace(/\r\n?/g, "\n");
  return channel === "whatsapp" ? whatsapp(clean) : plain(clean, false);
}

const EMOJI =
  /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|[0-9#*]\ufe0f?\u20e3|[\u200d\ufe0f\u{e0020}-\u{e007f}]|\s)+$/u;

// One to three emoji and nothing else: phones show them large.
export function isJumbo(text) {
  if (!text.trim() || !EMOJI.test(text))
    return false;
  const units = Intl.Segmenter
    ? [...new Intl.Segmenter().segment(text.replace(/\s/g, ""))]
    : [...text.replace(/\s/g, "")];
  return units.length <= 3;
}
