// SPDX-License-Identifier: Apache-2.0
// What goes with a message: the sheet behind the plus, and the tray of what is attached, one for
// each channel.

import { upload } from "./api.js";
import { icon, make } from "./dom.js";
import { ownUrl, safeUrl } from "./text.js";

const SAMPLES = [
  { file: "sample-receipt.png", name: "Receipt" },
  { file: "sample-screen.png", name: "Broken screen" },
  { file: "sample-parcel.png", name: "Parcel" },
];
const PLACES = [
  {
    name: "Acme shop",
    place: {
      label: "Acme shop", address: "Rambla 1, Barcelona", latitude: 41.37742, longitude: 2.17639,
    },
  },
  // What a phone sends as "where I am" has no name.
  { name: "Where I am", place: { latitude: 41.38266, longitude: 2.17708 } },
];
const MOST = { sms: 10, whatsapp: 1 }; // media of one message

const isPicture = (type) => type.startsWith("image/");

function base64(file) {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => done(reader.result.replace(/^[^,]*,/, "")));
    reader.addEventListener("error", () => fail(new Error("the file cannot be read")));
    reader.readAsDataURL(file);
  });
}

export class Attachments {
  // parts: the elements plus, sheet, tray, file; told: changed() when what is attached has,
  // place(location) to send one, focus() when something was chosen, complain(text)
  constructor(parts, told) {
    Object.assign(this, parts);
    this.told = told;
    this.channel = "";
    this.items = { sms: [], whatsapp: [] };
    this.limit = Infinity; // bytes of a file
    this.base = ""; // of the sandbox's own addresses

    this.fill();
    this.plus.addEventListener("click", () => this.open(this.sheet.hidden));
    this.file.addEventListener("change", () => this.addFile());
    this.sheet.addEventListener("keydown", (e) => this.onkey(e));
    this.plus.addEventListener("keydown", (e) => this.onkey(e));
    document.addEventListener("pointerdown", (e) => {
      if (!this.sheet.hidden && !this.sheet.contains(e.target) && !this.plus.contains(e.target))
        this.open(false);
    });
  }

  // The choices of the sheet.
  fill() {
    const pictures = SAMPLES.map(({ file, name }) => {
      const image = make("img");
      image.src = file;
      image.alt = "";
      return this.choice("sample", [image, make("span", "", name)], () =>
        this.add({ url: `${this.base}/phone/${file}`, type: "image/png", name }));
    });
    const own = this.choice("own", [icon("file"), make("span", "", "A file of yours")], () =>
      this.file.click());
    const places = PLACES.map(({ name, place }) =>
      this.choice("place", [icon("place"), make("span", "", name)], () => this.told.place(place)));
    const rest = make("div", "choices", own, ...places);
    this.sheet.append(make("div", "samples", ...pictures), rest);
  }

  choice(kind, children, chosen) {
    const button = make("button", `choice ${kind}`, ...children);
    button.type = "button";
    button.dataset.test = kind;
    button.addEventListener("click", () => {
      this.open(false);
      chosen();
      if (kind !== "own")
        this.told.focus();
    });
    return button;
  }

  open(on) {
    this.sheet.hidden = !on;
    this.plus.setAttribute("aria-expanded", String(on));
    if (on)
      this.sheet.querySelector("button").focus();
  }

  onkey(e) {
    if (e.key !== "Escape" || this.sheet.hidden)
      return;
    e.preventDefault();
    this.open(false);
    this.plus.focus();
  }

  show(channel) {
    this.channel = channel;
    this.open(false);
    this.draw();
  }

  get count() {
    return this.items[this.channel]?.length ?? 0;
  }

  // Adds to the channel that is shown now, or to the one the item was begun for.
  add(item, channel = this.channel) {
    const most = MOST[channel];
    this.items[channel] = [...this.items[channel], item].slice(-most);
    this.draw();
  }

  async addFile() {
    const channel = this.channel;
    const [file] = this.file.files;
    this.file.value = ""; // so that the same one can be chosen again
    if (!file)
      return;
    this.told.complain("");
    if (file.size > this.limit) {
      this.told.complain(`Not attached: more than ${Math.floor(this.limit / 1048576)} MB`);
      return;
    }
    try {
      const type = file.type || "application/octet-stream";
      const kept = await upload({ type, data: await base64(file) });
      this.add({ ...kept, name: file.name }, channel);
      this.told.focus();
    } catch (error) {
      this.told.complain(`Not attached: ${error.message}`);
    }
  }

  // What is attached leaves with the message.
  take() {
    const media = this.items[this.channel];
    this.items[this.channel] = [];
    this.draw();
    return media.map(({ url, type }) => ({ url, type }));
  }

  giveBack(channel, media) {
    for (const { url, type } of media)
      this.items[channel].push({ url, type, name: "Attachment" });
    this.draw();
  }

  draw() {
    const items = this.items[this.channel] ?? [];
    this.tray.hidden = items.length === 0;
    this.tray.replaceChildren(...items.map((item) => this.tile(item)));
    this.told.changed();
  }

  tile(item) {
    const preview = isPicture(item.type) ? make("img") : icon("file");
    if (isPicture(item.type)) {
      preview.src = ownUrl(safeUrl(item.url), this.base).href;
      preview.alt = "";
    }
    const remove = make("button", "remove", icon("close"));
    remove.type = "button";
    remove.setAttribute("aria-label", `Remove ${item.name}`);
    remove.dataset.test = "remove";
    remove.addEventListener("click", () => {
      this.items[this.channel] = this.items[this.channel].filter((other) => other !== item);
      this.draw();
      this.told.focus();
    });
    const li = make("li", "attached", preview, make("span", "", item.name), remove);
    li.dataset.test = "attached";
    return li;
  }
}
