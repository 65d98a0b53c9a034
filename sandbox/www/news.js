// SPDX-License-Identifier: Apache-2.0
// Tells the page around this one, where there is one, that something new is to be seen here.

export const NEWS = "botline-news";

export function tellNews() {
  if (window.parent !== window)
    window.parent.postMessage(NEWS, location.origin);
}
