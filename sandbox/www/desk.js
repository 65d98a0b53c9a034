// SPDX-License-Identifier: Apache-2.0
// The desk page: what an agent of HyperChat works with. The server keeps all state; this puts
// it into the list of chats, the thread and the facts about the customer, and the agent's acts
// into the server.

import { call, follow, retryNow } from "./api.js";
import { Chats } from "./desk-chats.js";
import { facts } from "./desk-facts.js";
import { List } from "./desk-list.js";
import { Tickets } from "./desk-tickets.js";
import { Thread } from "./desk-thread.js";
import { Writer } from "./desk-writer.js";
import { make } from "./dom.js";
import { tellNews } from "./news.js";

const $ = (id) => document.getElementById(id);
const ABOUT_CHATS = new Set(["say", "media", "typing"]);
const ME = "botline-desk-agent"; // where the tab remembers whose desk it is

const chats = new Chats();
const tickets = new Tickets();
let team = { agents: [], queue: false, signed: true };
let me = sessionStorage.getItem(ME) ?? "";
let office = { open: true, asking: true };
let current = ""; // id of a chat, or of a ticket
let seen = 0; // events up to here are part of the state
let awaited = ""; // the chat whose line to write in gets the focus once it is there

const thread = new Thread($("thread"), $("typing"));
const list = new List($("lists"), choose);
const writer = new Writer(
  { form: $("form"), text: $("text"), send: $("send"), plus: $("plus"), menu: $("menu"), file: $("file") },
  { act, complain },
);

const agentName = (id) => {
  const a = team.agents.find((x) => x.id === id);
  return a ? a.nickname || a.name : id;
};

function complain(text) {
  $("trouble").textContent = text;
  $("trouble").hidden = !text;
}

const shown = (id) => chats.get(id) ?? tickets.get(id);

// What is done in a chat, in the words of a ticket; undefined: nothing of it.
function ofTicket({ number }, what, { text }) {
  return what === "say" ? { do: "reply", agent: me, ticket: number, text } : undefined;
}

// Does something as this agent; resolves with whether it was done.
async function act(what, more = {}) {
  const ticket = tickets.get(more.chat ?? current);
  const about = { do: what, agent: me, ...(current && { chat: current }), ...more };
  const wanted = ticket && ABOUT_CHATS.has(what) ? ofTicket(ticket, what, more) : about;
  if (!wanted)
    return true; // nobody sees him writing
  complain("");
  try {
    await call("act", wanted, 20000);
    return true;
  } catch (error) {
    complain(`Not done: ${error.message}`);
    return false;
  }
}

// What the server tells

const listener = {
  restart(state) {
    seen = state.last;
    chats.restart(state.chats);
    tickets.restart(state.tickets, state.answers);
    office = { open: state.open, asking: state.asking };
    setTeam(state);
    if (!shown(current))
      current = "";
    show(current);
  },

  event(e, live) {
    if (e.seq <= seen)
      return;
    if (e.kind === "team")
      setTeam(e);
    else if (e.kind === "reset")
      chats.restart([]);
    else if (e.kind === "office")
      office = { open: e.open, asking: e.asking };
    else if (e.kind === "office-reset")
      tickets.restart([], []);
    else if (e.kind === "ticket")
      onTicket(tickets.update(e.ticket));
    else if (e.kind === "answers")
      onTicket(tickets.answer(e.answers));
    else if (e.kind === "lost")
      chats.forget(e.channel);
    else if (e.kind === "chat")
      onChat(e.chat, live);
    else if (e.kind === "message")
      onMessage(e, live);
    else if (e.kind === "activity" && e.channel === current && e.user === customer())
      thread.typing(e.type === "writing" ? chats.get(current).title : "");
    if (current && !shown(current))
      show("");
    else
      refresh();
  },

  up() {
    $("banner").hidden = true;
    refresh();
  },

  down(ms) {
    $("banner-text").textContent =
      `Connection lost. Trying again in ${Math.max(1, Math.round(ms / 1000))} s.`;
    $("banner").hidden = false;
  },
};

const customer = () => chats.get(current)?.creator;

function onChat(view, live) {
  const isNew = live && !chats.get(view.id);
  chats.update(view);
  if (!isNew)
    return;
  $("announced").textContent = `${chats.get(view.id).title} asks for an agent`;
  tellNews();
}

function onMessage(e, live) {
  const chat = chats.get(e.channel);
  if (!chat || !chat.add(e.message))
    return;
  const watched = e.channel === current && !document.hidden;
  if (live && e.message.sender === chat.creator) {
    chat.unread += watched ? 0 : 1;
    tellNews();
  }
  if (e.channel === current)
    thread.add(chat, e.message, agentName);
}

function onTicket(ticket) {
  if (ticket?.id === current)
    thread.show(ticket, agentName);
}

function setTeam({ agents, queue, signed }) {
  team = { agents, queue, signed };
  if (!agents.some((a) => a.id === me))
    me = agents[0]?.id ?? "";
  const options = agents.map((a) => {
    const option = make("option", "", a.nickname || a.name);
    option.value = a.id;
    return option;
  });
  $("agent").replaceChildren(...options);
  $("agent").value = me;
}

// What is shown

const STATUS = {
  ticket: (t) => `ticket, ${t.messages.length === 1 ? "1 answer" : `${t.messages.length} answers`}`,
  waiting: (c) => (c.inQueue ? `in line, number ${c.position}` : "waiting"),
  active: (c) => `with ${c.agents.map(agentName).join(" and ")}`,
  closed: (c) =>
    `closed ${c.closedBy === c.creator ? "by the customer" : c.closedBy ? `by ${agentName(c.closedBy)}` : ""}`,
};

function refresh() {
  const chat = shown(current);
  const isTicket = chat?.status === "ticket";
  const mine = (isTicket && Boolean(chat.person)) || (chat?.status === "active" && chat.agents.includes(me));
  const asked = team.agents.find((a) => a.id === me);
  const focused = $("talk").contains(document.activeElement) ? document.activeElement : null;
  $("online").setAttribute("aria-checked", String(Boolean(asked?.online)));
  $("queue").setAttribute("aria-checked", String(team.queue));
  $("open").setAttribute("aria-checked", String(office.open));
  $("asking").setAttribute("aria-checked", String(office.asking));
  $("unsigned").hidden = team.signed;
  $("nothing").hidden = chats.count + tickets.count > 0;
  list.draw([...chats, ...tickets], me, current);

  $("talk-head").hidden = !chat;
  $("idle").hidden = Boolean(chat);
  $("form").hidden = !mine;
  $("plus").hidden = isTicket;
  $("close").hidden = !mine || isTicket;
  $("offer").hidden = !chat || mine;
  $("about").hidden = !chat;
  const sum = chats.unread;
  document.title = `${sum ? `(${sum}) ` : ""}Desk · botline sandbox`;
  if (!chat)
    return;
  $("who").textContent = chat.title;
  $("status").textContent = STATUS[chat.status]?.(chat) ?? chat.status;
  $("accept").hidden = chat.status === "closed" || isTicket;
  $("refuse").hidden = chat.invited !== me;
  $("ticket").hidden = chat.status !== "closed" || Boolean(chat.ticketId);
  $("see-ticket").hidden = !tickets.get(`ticket-${chat.ticketId}`);
  $("offer-text").textContent = offerText(chat);
  facts($("about"), chat);
  if (mine && awaited === current) {
    awaited = "";
    $("text").focus({ preventScroll: true });
  } else if (focused?.closest("[hidden]")) {
    list.focus(current); // what had it is hidden now
  }
}

function offerText(chat) {
  if (chat.status === "ticket")
    return "Nobody is known who could be answered.";
  if (chat.status === "closed")
    return chat.ticketId ? `This chat is over. Ticket ${chat.ticketId}.` : "This chat is over.";
  if (chat.status === "active")
    return `${agentName(chat.agents.at(-1))} is in this chat.`;
  if (chat.invited)
    return chat.invited === me ? "You are asked to take this chat." : `${agentName(chat.invited)} is asked to take this chat.`;
  return "This customer waits for an agent.";
}

function show(id) {
  const chat = shown(id);
  if (id !== current)
    complain("");
  current = id;
  $("desk").dataset.view = chat ? "talk" : "list";
  writer.show(id);
  thread.show(chat, agentName);
  if (chat)
    chat.unread = 0;
  refresh();
}

function choose(id) {
  show(id);
  if (!$("form").hidden)
    $("text").focus({ preventScroll: true });
  else if (!$("accept").hidden && !$("offer").hidden)
    $("accept").focus({ preventScroll: true });
}

// Wiring

$("agent").addEventListener("change", () => {
  me = $("agent").value;
  sessionStorage.setItem(ME, me);
  refresh();
});

const isOn = (id) => $(id).getAttribute("aria-checked") === "true";
$("online").addEventListener("click", () => act("online", { on: !isOn("online") }));
$("queue").addEventListener("click", () => act("queue", { on: !isOn("queue") }));
$("open").addEventListener("click", () => act("open", { on: !isOn("open") }));
$("asking").addEventListener("click", () => act("survey", { on: !isOn("asking") }));
$("refuse").addEventListener("click", () => act("refuse"));
$("close").addEventListener("click", () => act("close"));
$("ticket").addEventListener("click", () => act("ticket"));
$("see-ticket").addEventListener("click", () => choose(`ticket-${shown(current).ticketId}`));
$("back").addEventListener("click", () => show(""));
$("retry").addEventListener("click", retryNow);
$("accept").addEventListener("click", async () => {
  awaited = current; // the server tells when it is ours
  if (!(await act("accept")))
    awaited = "";
});
$("register").addEventListener("click", async () => {
  try {
    const { ok, status, why } = await call("/sandbox/hyperchat/handshake", {}, 20000);
    complain(ok ? "" : `The connector refused the webhooks: ${why || `status ${status}`}`);
  } catch (error) {
    complain(`Not done: ${error.message}`);
  }
});

document.addEventListener("keydown", (e) => {
  if (!e.altKey || (e.key !== "ArrowUp" && e.key !== "ArrowDown"))
    return;
  e.preventDefault();
  const next = list.beside(current, e.key === "ArrowDown" ? 1 : -1);
  if (next)
    choose(next);
});
document.addEventListener("visibilitychange", () => {
  const chat = shown(current);
  if (document.hidden || !chat)
    return;
  chat.unread = 0;
  refresh();
});
addEventListener("online", retryNow);

follow(listener);
