// SPDX-License-Identifier: Apache-2.0
// The phone page: puts the server's events into the two conversations and the panel, and the
// user's messages into the server.

import { clear, follow, retryNow, send } from "./api.js";
import { Attachments } from "./attach.js";
import { clockTime, Conversation } from "./bubbles.js";
import { Composer } from "./composer.js";
import { make } from "./dom.js";
import { tellNews } from "./news.js";
import { Panel } from "./panel.js";

const SUGGESTIONS = ["hello", "What are your opening hours?", "menu", "I want to talk to a human"];

const $ = (id) => document.getElementById(id);
const channels = ["sms", "whatsapp"];
const tabs = Object.fromEntries(channels.map((c) => [c, $(`tab-${c}`)]));
const chats = Object.fromEntries(
  channels.map((c) => [c, new Conversation($(`chat-${c}`), c, (e) => repeat(c, e))]),
);
const panel = new Panel($("turns"), $("no-turns"));
const attachments = new Attachments(
  { plus: $("plus"), sheet: $("sheet"), tray: $("tray"), file: $("file") },
  {
    changed: () => composer.changed(),
    place: (location) => post(current, { body: "", location }),
    focus: () => composer.focus(),
    complain,
  },
);
const composer = new Composer($("form"), attachments, (message) => post(current, message));

const unread = { sms: 0, whatsapp: 0 };
let current = channels.find((c) => location.hash === `#${c}`) ?? "sms";
let state = { bot_name: "", numbers: [], last: 0 };
let line = Promise.resolve(); // messages leave one after the other, in the order they were typed

// Sending

// message: {body}, and media or location when it has some
function post(channel, message) {
  complain("");
  line = line.then(() => send({ channel, ...message })).catch((error) => {
    complain(`Not sent: ${error.message}`);
    if (!message.repeat && !message.location)
      composer.giveBack(channel, message);
  });
  chats[channel].toEnd();
}

// The same message once more, as the event told it.
function repeat(channel, { sid, body, media, location, button }) {
  post(channel, { body, media, location, button, repeat: sid });
}

function complain(text) {
  $("trouble").textContent = text;
  $("trouble").hidden = !text;
}

// What the server tells

const listener = {
  restart(fresh) {
    state = fresh;
    for (const c of channels) {
      chats[c].company = state.bot_name;
      chats[c].base = state.base;
      chats[c].reset();
      chats[c].log.setAttribute("aria-busy", "true"); // the history is not read out
      unread[c] = 0;
      const number = state.numbers.find((n) => n.channel === c);
      tabs[c].hidden = !number;
      tabs[c].querySelector(".tab-number").textContent = number ? plainNumber(number.company) : "";
    }
    panel.reset();
    composer.limit = state.max_body;
    attachments.limit = state.max_file;
    attachments.base = state.base;
    $("title").textContent = state.bot_name;
    $("contact-name").textContent = state.bot_name;
    $("webhook").replaceChildren("POST ", make("code", "", state.webhook));
    refresh();
  },

  event(e, live) {
    const chat = chats[e.channel];
    if (!chat)
      return;
    if (e.kind === "clear") {
      chat.reset();
      panel.clear(e.channel);
      unread[e.channel] = 0;
    } else {
      panel.add(e);
      show(chat, e, live);
    }
    refresh();
  },

  up() {
    $("banner").hidden = true;
    for (const c of channels)
      chats[c].log.removeAttribute("aria-busy");
    refresh();
  },

  down(ms) {
    $("banner-text").textContent =
      `Connection lost. Trying again in ${Math.max(1, Math.round(ms / 1000))} s.`;
    $("banner").hidden = false;
  },
};

function show(chat, e, live) {
  if (e.kind !== "done")
    chat.add(e, live);
  if (live && e.kind === "in")
    tellNews();
  if (e.kind === "out")
    chat.work(e.sid, true);
  else if (e.kind === "done")
    chat.work(e.sid, false, e.status >= 200 && e.status < 300 ? "read" : "unanswered");
  else if (e.kind === "fault")
    chat.work(e.sid, false, chat.hasReply(e.sid) ? undefined : "unanswered");
  else if (live && (e.channel !== current || document.hidden))
    unread[e.channel]++;
}

// What follows from the state of things

const plainNumber = (address) => address.replace(/^whatsapp:/, "");

function refresh() {
  const chat = chats[current];
  const number = state.numbers.find((n) => n.channel === current);
  const typing = chat.waiting.size > 0;
  $("contact-line").textContent =
    current === "whatsapp" ? (typing ? "typing…" : "online") : number ? number.company : "";
  $("chips").hidden = !chat.isEmpty || !state.bot_name;
  $("clear").disabled = chat.isEmpty;
  $("latest").hidden = chat.pinned;

  for (const c of channels) {
    const badge = tabs[c].querySelector(".badge");
    badge.hidden = unread[c] === 0;
    badge.textContent = unread[c];
    badge.setAttribute("aria-label", `${unread[c]} unread`);
  }
  const sum = unread.sms + unread.whatsapp;
  document.title = `${sum ? `(${sum}) ` : ""}${state.bot_name || "Phone"} · botline sandbox`;
}

function choose(channel, focus) {
  current = channel;
  unread[channel] = 0;
  for (const c of channels) {
    tabs[c].setAttribute("aria-selected", String(c === channel));
    tabs[c].tabIndex = c === channel ? 0 : -1;
    chats[c].chat.hidden = c !== channel;
  }
  $("device").dataset.channel = channel;
  history.replaceState(null, "", `#${channel}`);
  composer.show(channel);
  attachments.show(channel);
  complain("");
  if (chats[channel].pinned)
    chats[channel].toEnd();
  if (focus)
    tabs[channel].focus();
  refresh();
}

// The clock, also the one that turns "Today" into "Yesterday"

function tick() {
  const now = new Date();
  $("clock").textContent = clockTime(now);
  for (const c of channels)
    chats[c].renameDays();
  setTimeout(tick, 60000 - (now.getTime() % 60000));
}

// Wiring

for (const c of channels) {
  chats[c].onscroll = () => c === current && refresh();
  tabs[c].addEventListener("click", () => choose(c));
  tabs[c].addEventListener("keydown", (e) => {
    if (["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].includes(e.key)) {
      e.preventDefault();
      choose(channels.find((other) => other !== c && !tabs[other].hidden) ?? c, true);
    }
  });
}

for (const text of SUGGESTIONS) {
  const chip = make("button", "chip", text);
  chip.type = "button";
  chip.dataset.test = "chip";
  chip.addEventListener("click", () => {
    post(current, { body: text });
    composer.focus();
  });
  $("chips").append(chip);
}

$("clear").addEventListener("click", () => clear(current).catch((e) => complain(e.message)));
$("latest").addEventListener("click", () => chats[current].toEnd());
$("retry").addEventListener("click", retryNow);
addEventListener("online", retryNow);
document.addEventListener("visibilitychange", () => {
  if (document.hidden)
    return;
  unread[current] = 0;
  refresh();
});

choose(current);
tick();
if (!matchMedia("(pointer: coarse)").matches)
  composer.focus(); // on a touch screen it would open the keyboard over the page
follow(listener);
