// SPDX-License-Identifier: Apache-2.0
// The tickets of Messenger. They stand in the list and in the thread like chats, and so have
// the members of one; what an agent answers here goes to the customer's phone.

const note = ({ tries, status, why }) => {
  if (status >= 200 && status < 300)
    return tries > 1 ? `handed over at try ${tries}` : "handed over";
  if (tries === 0)
    return "on its way";
  return `refused: ${why || `status ${status}`}`;
};

class Ticket {
  status = "ticket";
  unread = 0;
  agents = [];
  pastTitle = "What was said";

  constructor(view) {
    this.id = `ticket-${view.id}`;
    this.number = view.id;
    this.ticketId = view.full_uuid;
    this.chat = view.external_id;
    this.creator = "customer";
    this.created = view.created;
    this.room = view.queue;
    this.source = view.source;
    this.person = view.person;
    this.user = {
      name: view.person?.name,
      contact: view.person?.address,
      extraInfo: { Phones: view.person?.extra.find((x) => x.id === 2)?.content ?? "" },
    };
    this.history = view.history.map((line) => this.line(line));
    this.messages = view.replies.map((r, i) => ({
      id: `${i}`, type: "text", sender: r.agent, message: r.text, created: r.created, note: note(r),
    }));
    this.title = `${view.person?.name || "Unknown"}, ${view.full_uuid}`;
    this.latest = { text: view.title, html: false };
    this.answers = [];
  }

  // A line is of the bot, of whoever asked, or of an agent. A connector sends HTML only.
  line({ user, message }) {
    const agent = Boolean(this.chat) && user !== "assistant" && user !== this.user.name;
    return { sender: user, message, html: !this.chat, agent };
  }
}

export class Tickets {
  #all = new Map();
  #answers = [];

  restart(views, answers) {
    this.#all.clear();
    this.#answers = answers;
    for (const view of views)
      this.update(view);
  }

  update(view) {
    const ticket = new Ticket(view);
    ticket.answers = this.#answers.filter((a) => a.ticket === ticket.number);
    this.#all.set(ticket.id, ticket);
    return ticket;
  }

  // A survey that was handed in; its ticket, or undefined.
  answer(answers) {
    this.#answers.push(answers);
    const ticket = this.#all.get(`ticket-${answers.ticket}`);
    ticket?.answers.push(answers);
    return ticket;
  }

  get(id) {
    return this.#all.get(id);
  }

  get count() {
    return this.#all.size;
  }

  [Symbol.iterator]() {
    return this.#all.values();
  }
}
