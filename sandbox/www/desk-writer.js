// SPDX-License-Identifier: Apache-2.0
// The line an agent writes in: a draft for each chat, marks for bold, italic and links, files,
// and the news that he is writing.

import { toHtml } from "./desk-html.js";
import { icon, make } from "./dom.js";

const SAMPLES = [
  { file: "sample-receipt.png", name: "Receipt" },
  { file: "sample-screen.png", name: "Broken screen" },
  { file: "sample-parcel.png", name: "Parcel" },
];
const FILE_BYTES = 15 * 1024 * 1024;
const WRITING_MS = 4000; // silence after which he is no longer writing

function base64(file) {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => done(reader.result.replace(/^[^,]*,/, "")));
    reader.addEventListener("error", () => fail(new Error("the file cannot be read")));
    reader.readAsDataURL(file);
  });
}

export class Writer {
  // parts: the elements form, text, send, plus, menu, file
  // told: act(what, more) does it, complain(text) says what went wrong
  constructor(parts, told) {
    Object.assign(this, parts);
    this.told = told;
    this.chat = "";
    this.drafts = {};
    this.writing = null; // the timer, while he is writing
    this.fill();
    this.wire();
  }

  fill() {
    const samples = SAMPLES.map(({ file, name }) => {
      const image = make("img");
      image.src = file;
      image.alt = "";
      return this.choice("sample", [image, make("span", "", name)], () =>
        this.told.act("media", { file, name: file }));
    });
    const own = this.choice("own", [icon("file"), make("span", "", "A file of yours")], () =>
      this.file.click());
    this.menu.append(...samples, own);
  }

  choice(kind, children, chosen) {
    const button = make("button", `choice ${kind}`, ...children);
    button.type = "button";
    button.dataset.test = kind;
    button.addEventListener("click", () => {
      this.open(false);
      this.text.focus();
      chosen();
    });
    return button;
  }

  wire() {
    this.form.addEventListener("submit", (e) => {
      e.preventDefault();
      this.post();
    });
    this.text.addEventListener("input", () => this.changed(true));
    this.text.addEventListener("keydown", (e) => {
      // While an input method composes, Enter chooses a candidate.
      if (e.key === "Enter" && !e.shiftKey && !e.isComposing) {
        e.preventDefault();
        this.post();
      }
    });
    for (const button of this.form.querySelectorAll("[data-mark]"))
      button.addEventListener("click", () => this.mark(button.dataset.mark));
    const toolbar = this.form.querySelector("[role=toolbar]");
    toolbar.addEventListener("keydown", (e) => this.walk(e, [...toolbar.children]));
    this.plus.addEventListener("click", () => this.open(this.menu.hidden));
    this.form.addEventListener("keydown", (e) => {
      if (e.key !== "Escape" || this.menu.hidden)
        return;
      e.preventDefault();
      this.open(false);
      this.plus.focus();
    });
    document.addEventListener("pointerdown", (e) => {
      if (!this.menu.contains(e.target) && !this.plus.contains(e.target))
        this.open(false);
    });
    this.file.addEventListener("change", () => this.sendFile());
    new ResizeObserver(() => this.grow()).observe(this.form); // it may have been hidden
  }

  // Arrow keys walk through a toolbar; Tab leaves it.
  walk(e, buttons) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (!step)
      return;
    e.preventDefault();
    const n = buttons.length;
    const next = buttons[(buttons.indexOf(document.activeElement) + step + n) % n];
    for (const b of buttons)
      b.tabIndex = b === next ? 0 : -1;
    next.focus();
  }

  open(on) {
    this.menu.hidden = !on;
    this.plus.setAttribute("aria-expanded", String(on));
    if (on)
      this.menu.querySelector("button").focus();
  }

  show(chat) {
    if (chat === this.chat)
      return;
    this.drafts[this.chat] = this.text.value;
    this.rest();
    this.chat = chat;
    this.text.value = this.drafts[chat] ?? "";
    this.open(false);
    this.changed(false);
  }

  changed(typed) {
    this.send.disabled = this.text.value.trim() === "";
    this.grow();
    if (!typed)
      return;
    if (!this.writing)
      this.told.act("typing", { chat: this.chat, on: true });
    clearTimeout(this.writing);
    this.writing = setTimeout(() => this.rest(), WRITING_MS);
  }

  // As high as its text; the style sheet sets the most it may take.
  grow() {
    this.text.style.height = "auto";
    this.text.style.height = `${this.text.scrollHeight}px`;
  }

  // He is no longer writing in the chat that is shown.
  rest() {
    if (!this.writing)
      return;
    clearTimeout(this.writing);
    this.writing = null;
    this.told.act("typing", { chat: this.chat, on: false });
  }

  mark(mark) {
    const { selectionStart: from, selectionEnd: to, value } = this.text;
    const words = value.slice(from, to);
    const text = mark === "link" ? `[${words || "text"}](https://)` : `${mark}${words}${mark}`;
    this.text.focus();
    this.text.setRangeText(text, from, to, "end");
    if (mark === "link" || !words) {
      const at = this.text.selectionEnd - (mark === "link" ? 1 : mark.length);
      this.text.setSelectionRange(at, at);
    }
    this.changed(true);
  }

  async post() {
    const chat = this.chat;
    const text = this.text.value.trim();
    if (!text)
      return;
    clearTimeout(this.writing); // who has sent is not writing: nobody need be told
    this.writing = null;
    this.text.value = "";
    this.changed(false);
    if (await this.told.act("say", { chat, text: toHtml(text) }))
      return;
    // It comes back, before what was typed since.
    if (chat === this.chat)
      this.text.value = [text, this.text.value].filter(Boolean).join("\n");
    else
      this.drafts[chat] = [text, this.drafts[chat]].filter(Boolean).join("\n");
    this.changed(false);
  }

  async sendFile() {
    const chat = this.chat;
    const [file] = this.file.files;
    this.file.value = ""; // so that the same one can be chosen again
    if (!file)
      return;
    if (file.size > FILE_BYTES) {
      this.told.complain(`Not sent: more than ${FILE_BYTES / 1048576} MB`);
      return;
    }
    try {
      const type = file.type || "application/octet-stream";
      await this.told.act("media", { chat, name: file.name, type, data: await base64(file) });
    } catch (error) {
      this.told.complain(`Not sent: ${error.message}`);
    }
  }
}
