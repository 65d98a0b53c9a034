// SPDX-License-Identifier: Apache-2.0
// One conversation as a phone shows it: bubbles in runs, days, the state of the user's own
// messages, the typing indicator.

import { icon, make } from "./dom.js";
import { mediaElement, placeElement } from "./media.js";
import { isJumbo, render } from "./text.js";

const RUN_MS = 2 * 60 * 1000; // bubbles of one side within this time form one run
const PAUSE_MS = 60 * 60 * 1000; // after this silence the SMS log shows the time again
const DAY_MS = 24 * 60 * 60 * 1000;
const NEAR_PX = 80; // so near to the end counts as reading along

const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "long" });
const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });
const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "medium" });

export const clockTime = (at) => time.format(at);

function dayName(at) {
  const midnight = (d) => new Date(d.getFullYear(), d.getMonth(), d.getDate());
  const days = Math.round((midnight(new Date()) - midnight(at)) / DAY_MS);
  if (days === 0)
    return "Today";
  if (days === 1)
    return "Yesterday";
  return days > 1 && days < 7 ? weekday.format(at) : date.format(at);
}

// The states of a user's message: icon, what a screen reader says, what SMS writes below it.
const STATES = {
  sent: { icon: "tick", label: "sent", note: "" },
  unanswered: { icon: "ticks", label: "delivered, not answered", note: "Not answered" },
  read: { icon: "ticks", label: "read", note: "Delivered" },
};

export class Conversation {
  // chat: the scrolling section with the log in it; again(event): the user wants a repeat
  constructor(chat, channel, again) {
    this.chat = chat;
    this.log = chat.querySelector(".log");
    this.channel = channel;
    this.company = "";
    this.base = ""; // of the sandbox's own addresses
    this.again = again;
    this.reset();
    new ResizeObserver(() => this.pinned && this.toEnd()).observe(chat);
    new ResizeObserver(() => this.pinned && this.toEnd()).observe(this.log);
    chat.addEventListener("scroll", () => this.scrolled(), { passive: true });
  }

  reset() {
    this.log.replaceChildren();
    this.typing?.remove();
    this.typing = null;
    this.previous = null; // the row a new bubble may join
    this.newest = null; // the user's last row
    this.own = new Map(); // sid -> the rows of the user's messages
    this.waiting = new Set(); // sids the connector is at work on
    this.answered = new Set(); // sids with a reply
    this.pinned = true;
    this.top = 0; // where it was scrolled to when last looked at
  }

  get isEmpty() {
    return this.log.childElementCount === 0;
  }

  add(e, live) {
    const stay = this.pinned || e.kind === "out";
    const at = new Date(e.at);
    this.separate(at);
    const row = e.kind === "fault" ? this.fault(e) : this.bubble(e, at);
    row.classList.toggle("live", live);
    this.log.append(row);
    if (stay)
      this.toEnd();
  }

  // A fault is no message: it ends a run and stands across the log.
  fault(e) {
    this.previous = null;
    const row = make("div", "fault");
    row.dataset.test = "fault";
    row.dataset.seq = e.seq;
    row.dataset.code = e.code;
    row.append(make("b", "", `Twilio ${e.code}`), ` ${e.text}`);
    return row;
  }

  bubble(e, at) {
    const out = e.kind === "out";
    const bubble = make("div", "bubble");
    Object.assign(bubble.dataset, { test: "bubble", dir: e.kind, seq: e.seq, sid: e.sid });
    bubble.title = full.format(at);
    // Text goes before an answer's media; a picture of one's own has it as its caption.
    const media = (e.media ?? []).map((m) => mediaElement(m, out ? "you" : this.company, this.base));
    if (e.location)
      media.push(placeElement(e.location));
    if (e.body && !out)
      bubble.append(this.text(e.body));
    bubble.append(...media);
    if (e.body && out)
      bubble.append(this.text(e.body));
    const stamp = make("time", "", time.format(at));
    stamp.dateTime = e.at;
    const meta = make("span", "meta", stamp);
    bubble.append(meta);

    const row = make("div", `row ${e.kind}`, make("span", "sr", `${out ? "You" : this.company}: `));
    row.append(bubble);
    this.join(row, e.kind, at);
    if (out)
      this.adopt(row, e, meta);
    else
      this.answered.add(e.in_reply_to);
    return row;
  }

  text(body) {
    const text = make("div", isJumbo(body) ? "text jumbo" : "text", render(body, this.channel));
    text.dir = "auto";
    text.dataset.test = "text";
    return text;
  }

  // Rows of one side, close in time, form a run; only its ends have a tail and a time.
  join(row, side, at) {
    const p = this.previous;
    const joins = p && p.side === side && at - p.at < RUN_MS;
    if (joins)
      p.row.classList.remove("ends");
    row.classList.add("ends");
    row.classList.toggle("starts", !joins);
    this.previous = { row, side, at };
  }

  // What only the user's own messages have: state, repeat button, "newest".
  adopt(row, e, meta) {
    const rows = this.own.get(e.sid) ?? [];
    if (rows.length > 0)
      row.prepend(make("span", "note", "Delivered again, same MessageSid"));
    this.own.set(e.sid, [...rows, row]);
    meta.append(make("span", "state"));

    const button = make("button", "again", icon("again"));
    button.type = "button";
    button.title = "Send again (same MessageSid)";
    button.setAttribute("aria-label", button.title);
    button.dataset.test = "again";
    button.addEventListener("click", () => this.again(e));
    row.append(button);

    this.newest?.classList.remove("newest");
    row.classList.add("newest");
    this.newest = row;
    this.setState(row, "sent");
  }

  setState(row, name) {
    const state = STATES[name];
    const box = row.querySelector(".state");
    row.dataset.state = name;
    box.replaceChildren(icon(state.icon, state.label), make("span", "state-note", state.note));
  }

  // The connector is at work on a message, or no longer.
  work(sid, busy, state) {
    if (busy)
      this.waiting.add(sid);
    else
      this.waiting.delete(sid);
    const row = this.own.get(sid)?.at(-1);
    if (row && state)
      this.setState(row, state);
    this.showTyping(this.waiting.size > 0);
  }

  hasReply(sid) {
    return this.answered.has(sid);
  }

  showTyping(on) {
    if (!on) {
      this.typing?.remove();
      this.typing = null;
    } else if (!this.typing) {
      this.typing = make("div", "typing", make("i"), make("i"), make("i"));
      this.typing.dataset.test = "typing";
      this.typing.setAttribute("role", "img");
      this.typing.setAttribute("aria-label", `${this.company} is typing`);
      this.chat.append(this.typing);
    }
    if (this.pinned)
      this.toEnd();
  }

  separate(at) {
    const day = dayName(at);
    const silent = this.channel === "sms" && at - this.lastAt > PAUSE_MS;
    if (this.isEmpty || day !== dayName(this.lastAt) || silent) {
      const line = make("div", "day", make("span", "", this.dayText(at)));
      line.dataset.at = at.toISOString();
      this.log.append(line);
      this.previous = null;
    }
    this.lastAt = at;
  }

  dayText(at) {
    return this.channel === "sms" ? `${dayName(at)} ${time.format(at)}` : dayName(at);
  }

  // After midnight "Today" is yesterday.
  renameDays() {
    for (const line of this.log.querySelectorAll(".day"))
      line.firstChild.textContent = this.dayText(new Date(line.dataset.at));
  }

  toEnd() {
    this.pinned = true;
    this.chat.scrollTop = this.chat.scrollHeight;
  }

  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.chat;
    const near = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    // A picture that arrives makes the end move away: only who scrolls back leaves it.
    if (clientHeight > 0 && (near || scrollTop < this.top))
      this.pinned = near;
    this.top = scrollTop;
    this.onscroll?.();
  }
}
