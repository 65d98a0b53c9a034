// SPDX-License-Identifier: Apache-2.0
// "What Twilio saw": one entry for each webhook and for each message that was created through
// its REST API, newest first.

import { clockTime } from "./bubbles.js";
import { make } from "./dom.js";

// What the codes of Twilio's debugger mean to the one who runs the connector.
const MEANING = {
  11200: "Twilio got no usable answer: an error status, or none within 15 seconds. The user sees nothing.",
  11205: "Twilio could not connect to the connector.",
  11206: "The answer broke the rules of HTTP.",
  11210: "The name of the webhook's host could not be resolved.",
  11215: "The webhook redirected too often.",
  11750: "The TwiML was larger than 64 kB and was thrown away.",
  12100: "The reply was not well-formed XML. All of it was thrown away.",
  12101: "The version of the Response element is not a valid one.",
  12200: "A warning: part of the reply does not fit the TwiML schema and was ignored.",
  12300: "The reply's Content-Type is not one Twilio reads.",
  14101: "The number in the to attribute is not valid.",
  14103: "A message had no text and no media, or more than 1600 characters.",
  14104: "A method was neither GET nor POST.",
  14107: "Too many replies between two numbers in a short time.",
  14108: "The number in the from attribute cannot send messages.",
  14109: "More than 10 messages in one reply: the rest was dropped.",
  14110: "This verb is not allowed in the reply to a message.",
};

const CHANNEL = { sms: "SMS", whatsapp: "WhatsApp" };
const KIND = [["image/", "Picture"], ["audio/", "Sound"], ["video/", "Film"]];

// What a message without words is called.
function nameOf(e) {
  const type = e.media?.[0]?.type;
  if (type)
    return KIND.find(([begin]) => type.startsWith(begin))?.[1] ?? "File";
  return e.location ? "Location" : "";
}

const count = (n, one) => `${n} ${one}${n === 1 ? "" : "s"}`;
const duration = (ms) => (ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`);

export class Panel {
  constructor(list, empty) {
    this.list = list;
    this.empty = empty;
    this.reset();
  }

  reset() {
    this.turns = []; // in the order of the webhooks
    this.list.replaceChildren();
    this.empty.hidden = false;
  }

  clear(channel) {
    for (const turn of this.turns.filter((t) => t.channel === channel))
      turn.item.remove();
    this.turns = this.turns.filter((t) => t.channel !== channel);
    this.empty.hidden = this.turns.length > 0;
  }

  add(e) {
    if (e.kind === "out")
      this.begin(e);
    else if (e.kind === "done")
      this.answer(e);
    else if (e.kind === "fault")
      this.fault(e);
    else if (e.kind === "in" && e.rest)
      this.created(e);
    else if (e.kind === "in")
      this.segments(e);
  }

  begin(e) {
    const again = this.turns.some((t) => t.sid === e.sid);
    const body = make("span", "turn-body", e.body || nameOf(e));
    body.dir = "auto";
    const head = make("div", "turn-head", make("span", `tag ${e.channel}`, CHANNEL[e.channel]),
      body, make("time", "", clockTime(new Date(e.at))));
    const status = make("span", "turn-status waiting", "waiting");
    const detail = make("span", "turn-detail");
    const sid = make("code", "turn-sid", e.sid);
    const item = make("li", "turn", head, make("div", "turn-line", status, detail), sid);
    if (again)
      sid.after(make("span", "turn-again", "repeat of the same MessageSid"));
    const turn = { sid: e.sid, channel: e.channel, item, status, detail, segments: 0 };
    this.turns.push(turn);
    this.list.prepend(item);
    this.empty.hidden = true;
    return turn;
  }

  // A message outside of any webhook.
  created(e) {
    const turn = this.begin(e);
    turn.status.className = "turn-status good";
    turn.status.textContent = "REST";
    turn.summary = ["from the connector"];
    this.price(turn, e.segments);
  }

  // Webhooks go out in order: an answer belongs to the oldest open one with this sid.
  find(sid) {
    const all = this.turns.filter((t) => t.sid === sid);
    return all.find((t) => t.status.classList.contains("waiting")) ?? all.at(-1);
  }

  answer(e) {
    const turn = this.find(e.sid);
    if (!turn)
      return; // its message was cleared meanwhile
    const good = e.status >= 200 && e.status < 300;
    turn.status.className = `turn-status ${good ? "good" : "bad"}`;
    turn.status.textContent = e.status || "no answer";
    turn.summary = [duration(e.ms), e.messages === 0 ? "empty reply" : count(e.messages, "message")];
    for (const t of (e.tries ?? []).slice(0, -1))
      turn.item.append(make("p", "turn-fault",
        make("b", "", String(t.fault?.code ?? t.status)), ` ${t.url}: ${t.fault?.text ?? "tried again"}`));
    if (e.tries)
      turn.summary.push(`${e.tries.length} tries`, ...(e.tries.at(-1).url === "fallback" ? ["answered by the fallback"] : []));
    this.describe(turn);
  }

  fault(e) {
    const turn = this.find(e.sid);
    if (!turn)
      return;
    if (turn.status.classList.contains("waiting")) {
      turn.status.className = "turn-status bad";
      turn.status.textContent = "failed";
    }
    const line = make("p", "turn-fault", make("b", "", String(e.code)), ` ${e.text}`);
    if (MEANING[e.code])
      line.append(make("span", "turn-meaning", MEANING[e.code]));
    turn.item.append(line);
  }

  // Replies of a turn that ended before the page knew it (sent late) count with it all the same.
  segments(e) {
    const turn = this.turns.findLast((t) => t.sid === e.in_reply_to);
    if (turn)
      this.price(turn, e.segments);
  }

  price(turn, segments) {
    if (segments) {
      turn.segments += segments.count;
      turn.alphabet = segments.alphabet;
    }
    this.describe(turn);
  }

  describe(turn) {
    const parts = [...(turn.summary ?? [])];
    if (turn.segments > 0)
      parts.push(`${count(turn.segments, "segment")} ${turn.alphabet}`);
    turn.detail.textContent = parts.join(" · ");
  }
}
