// What the page's scripts share. Runs before anything is shown; the others wait for the page.
"use strict";

window.page = (() => {
  const folder = document.currentScript.src.replace(/[^/]*$/, "");
  const data = {};
  const asked = {};
  document.documentElement.classList.add("js");

  // Called by the files in data/: a page from disk may load scripts, but fetch nothing.
  function put(name, value) {
    data[name] = value;
  }

  // Return a promise of what data/NAME.js puts; the file is loaded once, when first asked for.
  function load(name) {
    asked[name] ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `${folder}data/${name}.js`;
      script.onload = () => resolve(data[name]);
      script.onerror = () => {
        delete asked[name]; // asked again, it is looked for again
        reject(new Error(`${script.src} cannot be loaded: it must lie beside this page.`));
      };
      document.head.append(script);
    });
    return asked[name];
  }

  // Call draw once, when the element comes within a screen of what is seen.
  function near(element, draw) {
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) {
        observer.disconnect();
        draw(element);
      }
    }, { rootMargin: "100% 0%" });
    observer.observe(element);
  }

  // Return a new element; text is text, whatever it holds.
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  // Put a box that scrolls sideways into a frame that is shaded where it goes on; return the frame.
  function shaded(box) {
    const frame = make("div", { class: "shaded" }); // content would cover a shade of the box itself
    box.replaceWith(frame);
    frame.append(box);
    const shade = () => frame.classList.toggle("more", box.scrollLeft + box.clientWidth < box.scrollWidth - 4);
    box.addEventListener("scroll", shade, { passive: true });
    new ResizeObserver(shade).observe(box);
    return frame;
  }

  return { data, put, load, near, make, shaded };
})();
