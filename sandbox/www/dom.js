// SPDX-License-Identifier: Apache-2.0
// Small helpers to build elements. Strings given as children become text nodes.

export function make(name, className, ...children) {
  const element = document.createElement(name);
  if (className)
    element.className = className;
  element.append(...children);
  return element;
}

export function icon(name, label) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  const use = document.createElementNS(ns, "use");
  svg.setAttribute("class", "icon");
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else {
    svg.setAttribute("aria-hidden", "true");
  }
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}
