// Elements from plain values: text only ever becomes text, never markup.

export const byId = (id) => document.getElementById(id);

// make("p", { class: "quiet" }, "text", otherElement)
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

export function button(text, does, attributes = {}) {
  const made = make("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", does);
  return made;
}
