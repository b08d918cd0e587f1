// The button "Lees voor". The reading itself is one module for all pages, served by the door.
export default function ({ data, parentElement }) {
  const $ = (name) => parentElement.querySelector(name);
  const parts = { button: $("button"), label: $("button span"), picture: $("img"), note: $("p") };
  import(`${location.origin}/vorm/voorlezen.js`).then((reader) => reader.attach({ ...parts, ...data }));
}
