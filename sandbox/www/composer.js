// SPDX-License-Identifier: Apache-2.0
// The line one writes in: grows with its text, keeps a draft for each channel, tells the length
// when it comes near the limit. What is attached (attach.js) goes with it.

const NEAR = 0.8; // of the limit: from here on the length is shown

export class Composer {
  #limit = 1600; // UTF-16 units, as Twilio counts

  // attachments: has count, take() and giveBack(); submit: gets {body, media}
  constructor(form, attachments, submit) {
    this.attachments = attachments;
    this.area = form.querySelector("textarea");
    this.button = form.querySelector("button[type=submit]");
    this.length = form.querySelector(".length");
    this.submit = submit;
    this.channel = "";
    this.drafts = {};

    this.area.addEventListener("input", () => this.changed());
    this.area.addEventListener("keydown", (e) => {
      // While an input method composes, Enter chooses a candidate.
      if (e.key !== "Enter" || e.shiftKey || e.isComposing)
        return;
      e.preventDefault();
      this.send();
    });
    form.addEventListener("submit", (e) => {
      e.preventDefault();
      this.send();
    });
    new ResizeObserver(() => this.grow()).observe(form);
  }

  set limit(units) {
    this.#limit = units;
    this.changed();
  }

  get ready() {
    const some = this.area.value.trim() !== "" || this.attachments.count > 0;
    return some && this.area.value.length <= this.#limit;
  }

  show(channel) {
    this.drafts[this.channel] = this.area.value;
    this.channel = channel;
    this.area.value = this.drafts[channel] ?? "";
    this.area.placeholder = channel === "whatsapp" ? "Message" : "Text message";
    this.changed();
  }

  focus() {
    this.area.focus({ preventScroll: true });
  }

  send() {
    if (!this.ready)
      return;
    const body = this.area.value;
    const media = this.attachments.take();
    this.area.value = "";
    this.changed();
    this.focus();
    this.submit({ body, ...(media.length > 0 && { media }) });
  }

  // A message that could not be sent comes back, before what was typed since.
  giveBack(channel, { body, media }) {
    const join = (rest) => [body, rest].filter(Boolean).join("\n");
    this.attachments.giveBack(channel, media ?? []);
    if (channel === this.channel)
      this.area.value = join(this.area.value);
    else
      this.drafts[channel] = join(this.drafts[channel]);
    this.changed();
  }

  changed() {
    const used = this.area.value.length;
    const over = used > this.#limit;
    this.button.disabled = !this.ready;
    this.length.hidden = used < NEAR * this.#limit;
    this.length.textContent = over ? `${used - this.#limit} too many` : `${used} / ${this.#limit}`;
    this.length.classList.toggle("over", over);
    this.area.setAttribute("aria-invalid", String(over));
    this.grow();
  }

  // As high as its text; the style sheet sets the most it may take.
  grow() {
    this.area.style.height = "auto";
    this.area.style.height = `${this.area.scrollHeight}px`;
  }
}
