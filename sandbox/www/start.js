// SPDX-License-Identifier: Apache-2.0
// Phone and desk on one page. In a small window one of the two is shown, and the switch above
// has a mark where the other has something new; the pages tell it (news.js).

import { NEWS } from "./news.js";

const both = document.getElementById("both");
const buttons = [...document.querySelectorAll("[data-shows]")];
const frameOf = (button) => document.querySelector(`iframe[data-test=${button.dataset.shows}]`);

function show(chosen) {
  both.dataset.shown = chosen.dataset.shows;
  for (const button of buttons)
    button.setAttribute("aria-pressed", String(button === chosen));
  chosen.querySelector(".news").hidden = true;
  frameOf(chosen).contentWindow.focus();
}

for (const button of buttons)
  button.addEventListener("click", () => show(button));

addEventListener("message", (e) => {
  const from = buttons.find((b) => frameOf(b).contentWindow === e.source);
  if (from && e.origin === location.origin && e.data === NEWS)
    from.querySelector(".news").hidden = from.dataset.shows === both.dataset.shown;
});
