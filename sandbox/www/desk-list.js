// SPDX-License-Identifier: Apache-2.0
// The list of chats: those who wait, one's own, those of others, tickets, those that are over.

import { clockTime } from "./bubbles.js";
import { plainText } from "./desk-html.js";
import { make } from "./dom.js";

const GROUPS = [
  { key: "waiting", title: "Waiting", has: (c) => c.status === "waiting" },
  { key: "mine", title: "Yours", has: (c, me) => c.status === "active" && c.agents.includes(me) },
  { key: "others", title: "With others", has: (c, me) => c.status === "active" && !c.agents.includes(me) },
  { key: "tickets", title: "Tickets", has: (c) => c.status === "ticket" },
  { key: "closed", title: "Over", has: (c) => c.status === "closed" },
];
const OLD_SHOWN = 30;

export class List {
  // choose(id): the agent wants to see that chat
  constructor(root, choose) {
    this.choose = choose;
    this.order = []; // ids from top to bottom
    this.groups = GROUPS.map((g) => {
      const ul = make("ul", "chats");
      const title = make("h2", "", g.title);
      const section = make("section", "group", title, ul);
      title.id = `group-${g.key}`;
      ul.setAttribute("aria-labelledby", title.id);
      section.hidden = true;
      root.append(section);
      return { ...g, ul, section };
    });
    this.items = new Map(); // id -> its elements, so that the focus stays where it is
  }

  draw(chats, me, current) {
    this.order = [];
    const ids = new Set([...chats].map((c) => c.id));
    for (const group of this.groups) {
      const found = [...chats].filter((c) => group.has(c, me));
      const old = group.key === "closed" || group.key === "tickets";
      const some = old ? found.reverse().slice(0, OLD_SHOWN) : found;
      const items = some.map((c) => this.item(c, me, current).li);
      const same = items.length === group.ul.children.length &&
        items.every((li, i) => group.ul.children[i] === li);
      if (!same)
        group.ul.replaceChildren(...items);
      group.section.hidden = items.length === 0;
      this.order.push(...some.map((c) => c.id));
    }
    for (const id of this.items.keys())
      if (!ids.has(id))
        this.items.delete(id);
  }

  item(chat, me, current) {
    const it = this.items.get(chat.id) ?? this.begin(chat.id);
    it.name.textContent = chat.title;
    it.text.textContent = plainText(chat.latest);
    const at = chat.messages.at(-1)?.created ?? chat.created;
    it.time.textContent = at ? clockTime(new Date(at * 1000)) : "";
    it.badge.textContent = chat.unread;
    it.badge.hidden = chat.unread === 0;
    it.badge.setAttribute("aria-label", `${chat.unread} unread`);
    it.place.textContent = chat.inQueue ? `${chat.position}.` : "";
    it.button.setAttribute("aria-current", String(chat.id === current));
    it.li.classList.toggle("asked", chat.status === "waiting" && chat.invited === me);
    return it;
  }

  begin(id) {
    const it = {
      name: make("strong"), text: make("span", "latest"), time: make("time"),
      badge: make("span", "badge"), place: make("span", "place"), li: make("li"),
    };
    it.button = make("button", "item", it.place, it.name, it.time, it.text, it.badge);
    it.button.type = "button";
    it.text.dir = "auto";
    it.badge.dataset.test = "unread";
    it.button.dataset.test = "chat";
    it.button.dataset.chat = id;
    it.button.addEventListener("click", () => this.choose(id));
    it.li.append(it.button);
    this.items.set(id, it);
    return it;
  }

  focus(id) {
    this.items.get(id)?.button.focus({ preventScroll: true });
  }

  // The chat above or below.
  beside(id, step) {
    const at = this.order.indexOf(id);
    return this.order[at < 0 ? 0 : at + step];
  }
}
