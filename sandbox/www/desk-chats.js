// SPDX-License-Identifier: Apache-2.0
// The chats as the server tells them.

class Chat {
  constructor(view) {
    this.unread = 0;
    this.messages = [];
    this.history = [];
    this.agents = [];
    this.known = new Set(); // ids of its messages
    this.update(view);
  }

  update({ messages, ...view }) {
    Object.assign(this, { invited: null, ...view });
    for (const m of messages ?? [])
      this.add(m);
  }

  // False when it was known.
  add(message) {
    if (this.known.has(message.id))
      return false;
    this.known.add(message.id);
    this.messages.push(message);
    return true;
  }

  get title() {
    return this.user?.name || this.user?.externalId || "A customer";
  }

  // What was said last: its text, and whether it may be HTML, which customers never write.
  get latest() {
    const m = this.messages.at(-1);
    if (m?.type === "media")
      return { text: m.message.name || "A file", html: false };
    if (m)
      return { text: m.message, html: m.sender !== this.creator };
    const h = this.history.at(-1);
    return { text: h?.message ?? "", html: h?.sender === "assistant" };
  }
}

export class Chats {
  #all = new Map();

  restart(views) {
    const unread = new Map([...this.#all].map(([id, c]) => [id, c.unread]));
    this.#all = new Map(views.map((v) => [v.id, new Chat(v)]));
    for (const [id, chat] of this.#all)
      chat.unread = unread.get(id) ?? 0;
  }

  update(view) {
    const chat = this.#all.get(view.id);
    if (chat)
      chat.update(view);
    else
      this.#all.set(view.id, new Chat(view));
  }

  forget(id) {
    this.#all.delete(id);
  }

  get(id) {
    return this.#all.get(id);
  }

  get count() {
    return this.#all.size;
  }

  get unread() {
    return [...this].reduce((sum, c) => sum + c.unread, 0);
  }

  [Symbol.iterator]() {
    return this.#all.values();
  }
}
