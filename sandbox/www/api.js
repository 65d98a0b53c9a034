// SPDX-License-Identifier: Apache-2.0
// The sandbox's JSON interface. The server keeps all state: a reload, a lost connection and a
// restarted server are all mended by reading its list of events again.

const root = new URL("api/", import.meta.url);
const WAIT_MS = 20000; // how long the server may hold a poll
const SLACK_MS = 10000; // what a call may take on top of that before the line counts as dead
const UPLOAD_MS = 30000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15000;

// Calls the server; resolves with the decoded answer (null when empty), rejects with an Error
// whose message can be shown.
export async function call(path, body, waitMs = 0) {
  const options = { cache: "no-store", signal: AbortSignal.timeout(waitMs + SLACK_MS) };
  if (body !== undefined) {
    options.method = "POST";
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  const { response, text } = await fetchText(new URL(path, root), options);
  if (!response.ok)
    throw new Error(reason(text) || `the sandbox answered ${response.status}`);
  return text ? JSON.parse(text) : null;
}

async function fetchText(url, options) {
  try {
    const response = await fetch(url, options);
    return { response, text: await response.text() };
  } catch (cause) {
    throw new Error("no connection to the sandbox", { cause });
  }
}

function reason(text) {
  try {
    return JSON.parse(text).error;
  } catch {
    return ""; // not ours: a proxy's page, say
  }
}

export const send = (message) => call("send", message);
// Keeps a file ({type, data}, data in base64); resolves with its {url, type}.
export const upload = (file) => call("media", file, UPLOAD_MS);
export const clear = (channel) => call("clear", { channel });

const readState = () => call("state");
const readEvents = (since, waitMs) =>
  call(`events?since=${since}&wait_ms=${waitMs}`, undefined, waitMs);

let wake = () => {};

// Ends the pause before the next attempt to connect.
export const retryNow = () => wake();

function pause(ms) {
  return new Promise((done) => {
    const timer = setTimeout(done, ms);
    wake = () => {
      clearTimeout(timer);
      done();
    };
  });
}

// The same event, not just the same number: a restarted server counts from one again.
const same = (a, b) =>
  a && b && a.seq === b.seq && a.at === b.at && a.kind === b.kind && a.sid === b.sid;

// Follows the events for as long as the page lives. Tells the listener:
//   restart(state)  forget everything shown: the whole list follows
//   event(e, live)  one event, each number once and in order; live is false for the history
//   up()            connected, all events known up to now have been told
//   down(ms)        not connected, next attempt in ms
export async function follow(listener) {
  let last = null; // the last event told
  let connected = false;
  let caughtUp = false; // the history has been told
  let failures = 0;

  for (;;) {
    try {
      if (!connected) {
        const state = await readState();
        const known = last && (await readEvents(last.seq - 1, 0)).events[0];
        if (!same(known, last)) {
          last = null;
          caughtUp = false;
          listener.restart(state);
        }
        connected = true;
      }
      const began = performance.now();
      const since = last ? last.seq : 0;
      const { events } = await readEvents(since, caughtUp && failures === 0 ? WAIT_MS : 0);
      for (const e of events) {
        if (last && e.seq <= last.seq)
          continue;
        last = e;
        listener.event(e, caughtUp);
      }
      if (!caughtUp || failures > 0)
        listener.up();
      else if (events.length === 0 && performance.now() - began < FIRST_PAUSE_MS)
        await pause(FIRST_PAUSE_MS); // a server that does not wait must not be hammered
      caughtUp = true;
      failures = 0;
    } catch (error) {
      connected = false;
      const ms = Math.min(FIRST_PAUSE_MS * 2 ** failures++, LONGEST_PAUSE_MS);
      console.warn("not connected:", error.message, error.cause ?? "");
      listener.down(ms);
      await pause(ms);
    }
  }
}
