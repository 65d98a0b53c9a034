// SPDX-License-Identifier: Apache-2.0
// What is known about the customer of a chat.

import { make } from "./dom.js";

const NAMES = { INQUIRY: "Inquiry", FIRST_NAME: "First name", LAST_NAME: "Last name" };

export function facts(root, chat) {
  const user = chat.user ?? {};
  const rows = [
    ["Name", user.name],
    ["Contact", user.contact],
    ["Id", user.externalId],
    ...Object.entries(user.extraInfo ?? {}).map(([k, v]) => [NAMES[k] ?? k, String(v)]),
    ["Language", chat.lang],
    ["Room", chat.room],
    ["Source", chat.source],
    ["Chat", chat.status === "ticket" ? chat.chat : chat.id],
    ["Ticket", chat.ticketId],
  ].filter(([, v]) => v !== undefined && v !== null && v !== "");
  const list = make("dl", "");
  for (const [name, value] of rows)
    list.append(make("div", "", make("dt", "", name), make("dd", "", String(value))));
  list.dataset.test = "facts";
  root.replaceChildren(make("h2", "", "Customer"), list);
}
