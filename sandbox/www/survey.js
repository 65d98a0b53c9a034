// SPDX-License-Identifier: Apache-2.0
// The page of a survey: all its questions at once. The link's token says which one, and about
// which ticket.

import { call } from "./api.js";
import { fromHtml } from "./desk-html.js";
import { make } from "./dom.js";

const $ = (id) => document.getElementById(id);
const token = new URLSearchParams(location.search).get("t") ?? "";

const valueOf = (item, subtype) => item.settings.find((s) => s.subtype === subtype)?.value;

// The choices of a question; none: it is answered in words.
function choicesOf(item) {
  const list = item.settings.slice(1).map((s) => s.value).find(Array.isArray);
  if (list)
    return list;
  const from = valueOf(item, "min")?.value;
  const to = valueOf(item, "max")?.value;
  if (!Number.isInteger(from) || !Number.isInteger(to))
    return [];
  return Array.from({ length: to - from + 1 }, (_, i) => ({ label: `${from + i}`, value: `${from + i}` }));
}

function words(name) {
  const area = make("textarea", "");
  area.name = name;
  area.rows = 3;
  area.setAttribute("aria-label", "Your words");
  return area;
}

function question(item) {
  const text = fromHtml(item.settings[0]?.value ?? "");
  if (item.type === "layout")
    return make("p", "", text);
  const set = make("fieldset", "", make("legend", "", text));
  const choices = choicesOf(item).map(({ label, value }) => {
    const input = make("input", "");
    input.type = "radio";
    input.name = item.id;
    input.value = value;
    return make("label", "", input, label);
  });
  set.append(...(choices.length > 0 ? choices : [words(item.id)]));
  return set;
}

function thank(survey) {
  const own = survey.settings?.find((s) => s.subtype === "thankyoupage")?.value?.message;
  $("thanks").replaceChildren(own ? fromHtml(own) : "Thank you!");
  $("thanks").hidden = false;
  $("form").hidden = true;
}

function complain(error) {
  $("trouble").textContent = error.message;
  $("trouble").hidden = false;
}

async function begin() {
  const { survey, done } = await call(`state?t=${encodeURIComponent(token)}`);
  if (done)
    return thank(survey);
  const items = survey.pages.flatMap((p) => p.items).filter((i) => i.subtype !== "header");
  $("questions").replaceChildren(...items.map(question));
  $("form").hidden = false;
  $("form").addEventListener("submit", async (e) => {
    e.preventDefault();
    const given = [...new FormData($("form"))].filter(([, value]) => value !== "");
    try {
      await call("answers", { token, answers: Object.fromEntries(given) });
      thank(survey);
    } catch (error) {
      complain(error);
    }
  });
}

begin().catch(complain);
