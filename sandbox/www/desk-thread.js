// SPDX-License-Identifier: Apache-2.0
// One chat: what was said to the bot before, then the messages.

import { clockTime } from "./bubbles.js";
import { fromHtml, isHtml } from "./desk-html.js";
import { make } from "./dom.js";
import { mediaElement } from "./media.js";
import { render } from "./text.js";

const NEAR_PX = 80; // so near to the end counts as reading along

// Customers write text, whatever it looks like; agents and the bot write HTML.
const words = (text, customer) =>
  !customer && isHtml(text) ? fromHtml(text) : render(text, "sms");

function row(side, name, content, at, note = "") {
  const bubble = make("div", "words", content);
  bubble.dir = "auto";
  bubble.dataset.test = "words";
  const when = at ? clockTime(new Date(at * 1000)) : "";
  const stamp = make("time", "", [when, note].filter(Boolean).join(", "));
  const line = make("div", `said ${side}`, make("span", "name", name), bubble, stamp);
  line.dataset.test = "said";
  line.dataset.side = side;
  return line;
}

// What a customer has answered to a survey.
function survey({ said, way }) {
  const list = make("dl", "");
  for (const { question, answer } of said)
    list.append(make("dt", "", fromHtml(question)), make("dd", "", answer));
  const how = way === "link" ? "Survey, on its page" : "Survey, in the conversation";
  const block = make("section", "survey", make("h3", "", how), list);
  block.dataset.test = "answers";
  return block;
}

function medium({ url, type, name }, from) {
  const address = new URL(`.${url}`, location.href).href; // /media/M1 is below the desk, too
  const element = mediaElement({ url: address, type }, from, "");
  const image = element.querySelector("img");
  const label = element.querySelector("b");
  if (image)
    image.alt = `Picture from ${from}: ${name}`;
  if (label)
    label.textContent = name;
  return element;
}

export class Thread {
  constructor(root, typing) {
    this.root = root;
    this.line = typing;
    this.pinned = true;
    this.top = 0; // where it was scrolled to when last looked at
    root.addEventListener("scroll", () => this.scrolled(), { passive: true });
    // Pictures that arrive make the end move away.
    root.addEventListener("load", () => this.pinned && this.toEnd(), true);
    new ResizeObserver(() => this.pinned && this.toEnd()).observe(root);
  }

  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.root;
    const near = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    // A picture that arrives makes the end move away: only who scrolls back leaves it.
    if (clientHeight > 0 && (near || scrollTop < this.top))
      this.pinned = near;
    this.top = scrollTop;
  }

  toEnd() {
    this.root.scrollTop = this.root.scrollHeight;
  }

  show(chat, agentName) {
    this.typing("");
    this.root.replaceChildren();
    this.pinned = true;
    this.top = 0;
    if (!chat)
      return;
    if (chat.history.length > 0)
      this.root.append(this.past(chat));
    for (const m of chat.messages)
      this.add(chat, m, agentName);
    for (const a of chat.answers ?? [])
      this.root.append(survey(a));
    this.toEnd();
  }

  // The conversation with the bot, which the connector hands over; all of it, of a ticket.
  past(chat) {
    const lines = chat.history.map((h) => {
      const side = h.sender === "assistant" ? "bot" : h.agent ? "agent" : "customer";
      const name = side === "bot" ? "Bot" : side === "agent" ? h.sender : (chat.user?.name || chat.title);
      return row(side, name, words(h.message, side === "customer" && !h.html), h.created);
    });
    const title = chat.pastTitle ?? "With the bot before";
    const details = make("details", "past", make("summary", "", title), ...lines);
    details.dataset.test = "history";
    details.open = true;
    return details;
  }

  add(chat, m, agentName) {
    const customer = m.sender === chat.creator;
    const name = customer ? chat.title : agentName(m.sender);
    const content = m.type === "media" ? medium(m.message, name) : words(m.message, customer);
    const stay = this.pinned;
    if (customer)
      this.typing("");
    this.root.append(row(customer ? "customer" : "agent", name, content, m.created, m.note));
    if (stay)
      this.toEnd();
  }

  typing(name) {
    this.line.textContent = name ? `${name} is writing …` : "";
  }
}
