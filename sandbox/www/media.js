// SPDX-License-Identifier: Apache-2.0
// What a message has besides text. Picture, film or sound are shown in place, anything else as a
// tile. Of an answer's media the address is all we know, so what has no telling ending is tried
// as a picture; the user's own have a type.

import { icon, make } from "./dom.js";
import { anchor, ownUrl, safeUrl } from "./text.js";

const FILM = /\.(mp4|webm|mov|3gp)$/i;
const SOUND = /\.(mp3|ogg|oga|opus|m4a|aac|amr|wav)$/i;
const OTHER = /\.(pdf|docx?|xlsx?|pptx?|vcf|txt|csv|zip|html?)$/i;

function fileName(url) {
  const last = url.pathname.split("/").pop();
  try {
    return decodeURIComponent(last) || url.host;
  } catch {
    return last; // a stray % in the name
  }
}

function tile(url) {
  const words = make("span", "tile-words", make("b", "", fileName(url)), make("span", "", url.host));
  const a = anchor(url, icon("file"));
  a.className = "tile";
  a.append(words);
  return a;
}

function picture(url, from) {
  const image = make("img");
  const a = anchor(url, image);
  a.className = "picture";
  image.alt = `Picture from ${from}: ${fileName(url)}`;
  image.addEventListener("error", () => a.replaceWith(tile(url)), { once: true });
  image.src = url.href;
  return a;
}

function player(name, url) {
  const element = make(name);
  element.controls = true;
  element.preload = "metadata";
  element.addEventListener("error", () => element.replaceWith(tile(url)), { once: true });
  element.src = url.href;
  return element;
}

function kindOf(url, type) {
  const [main] = type.split("/");
  if (["image", "video", "audio"].includes(main))
    return main;
  if (type || OTHER.test(url.pathname))
    return "file";
  if (FILM.test(url.pathname))
    return "video";
  return SOUND.test(url.pathname) ? "audio" : "image";
}

// An element for one medium: an address, or {url, type}; one that is no web address is only named.
// base: see ownUrl().
export function mediaElement(medium, from, base) {
  const { url: address, type = "" } = typeof medium === "string" ? { url: medium } : medium;
  const url = ownUrl(safeUrl(address), base);
  if (!url)
    return make("span", "tile", icon("file"), make("span", "tile-words", address));
  const kind = kindOf(url, type);
  if (kind === "image")
    return picture(url, from);
  return kind === "file" ? tile(url) : player(kind, url);
}

// A place as a tile that leads to a map.
export function placeElement({ label, address, latitude, longitude }) {
  const words = make("span", "tile-words", make("b", "", label || "Location"),
    make("span", "", address || `${latitude}, ${longitude}`));
  const url = safeUrl(`https://maps.google.com/?q=${latitude},${longitude}`);
  const a = anchor(url, icon("place"));
  a.className = "tile";
  a.dataset.test = "place-tile";
  a.append(words);
  return a;
}
