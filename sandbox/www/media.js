// SPDX-License-Identifier: Apache-2.0
// Media of a message: picture, film or sound shown in place, anything else as a tile. The address
// is all we know, so what has no telling ending is tried as a picture.

import { icon, make } from "./dom.js";
import { anchor, safeUrl } from "./text.js";

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

// An element for one media address; one that is no web address is only named.
export function mediaElement(address, from) {
  const url = safeUrl(address);
  if (!url)
    return make("span", "tile", icon("file"), make("span", "tile-words", address));
  if (FILM.test(url.pathname))
    return player("video", url);
  if (SOUND.test(url.pathname))
    return player("audio", url);
  return OTHER.test(url.pathname) ? tile(url) : picture(url, from);
}
