// SPDX-License-Identifier: Apache-2.0
// HTML as agents and the bot write it: from marks to HTML when it is sent, from HTML to
// elements when it is shown. Shown are known elements without attributes, and links to known
// schemes; of all else the text.

import { make } from "./dom.js";
import { anchor, safeUrl } from "./text.js";

const KNOWN = new Set(["P", "BR", "STRONG", "B", "EM", "I", "U", "S", "UL", "OL", "LI", "CODE", "DIV",
  "SPAN", "H1", "H2", "H3", "H4", "BLOCKQUOTE"]);
const SILENT = new Set(["SCRIPT", "STYLE", "TEMPLATE", "IFRAME", "OBJECT", "TITLE"]);
const SCHEMES = ["http:", "https:", "mailto:", "tel:"];

function copy(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) {
      to.append(node.data);
      continue;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || SILENT.has(node.nodeName))
      continue;
    to.append(element(node));
  }
  return to;
}

function element(node) {
  if (node.nodeName === "IMG")
    return make("span", "image", `[${node.getAttribute("alt") || "picture"}]`);
  const inside = copy(node, document.createDocumentFragment());
  const url = node.nodeName === "A" ? safeUrl(node.getAttribute("href") ?? "", SCHEMES) : null;
  if (url)
    return anchor(url, inside);
  return KNOWN.has(node.nodeName) ? make(node.nodeName.toLowerCase(), "", inside) : inside;
}

const parse = (html) => new DOMParser().parseFromString(html, "text/html").body;

export const isHtml = (text) => /<[a-z!/]/i.test(text);

// Elements for a text that may be HTML.
export const fromHtml = (html) => copy(parse(html), document.createDocumentFragment());

// Its words on one line.
export function plainText({ text, html }) {
  const words = html && isHtml(text) ? parse(text.replace(/<(br|\/p|\/li)\b/gi, " $&")).textContent : text;
  return words.replace(/\s+/g, " ").trim();
}

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (text) => text.replace(/[&<>"]/g, (c) => ESCAPES[c]);

const MARKS = [
  [/\[([^\]\n]+)\]\((https?:\/\/[^\s)]+)\)/g, '<a href="$2">$1</a>'],
  [/\*\*(?=\S)([^\n]*?\S)\*\*/g, "<strong>$1</strong>"],
  [/(?<![\p{L}\p{N}_/:.])_(?=\S)([^\n_]*?\S)_(?![\p{L}\p{N}_])/gu, "<em>$1</em>"],
];

// What is sent: plain as it is; with marks, or several lines, as HTML.
export function toHtml(text) {
  const marked = MARKS.some(([mark]) => new RegExp(mark.source, mark.flags).test(text));
  if (!marked && !text.includes("\n") && !isHtml(text))
    return text;
  const paragraphs = escape(text).split(/\n{2,}/);
  return paragraphs
    .map((p) => MARKS.reduce((html, [mark, to]) => html.replace(mark, to), p))
    .map((p) => `<p>${p.replaceAll("\n", "<br>")}</p>`)
    .join("");
}
