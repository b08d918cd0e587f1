// A card with a code. "Print" prints this card and nothing else of the page: every element on the way to it is marked,
// and a style sheet for paper hides whatever stands beside that way. Nothing changes on the screen.
const MARK = "data-vp-card";
const PAPER = `@page { margin: 15mm; }
@media print {
  html.vp-print-card, html.vp-print-card body { background: #fff !important; }
  html.vp-print-card [${MARK}] { display: block !important; position: static !important; inset: auto !important;
    width: auto !important; max-width: none !important; height: auto !important; min-height: 0 !important;
    max-height: none !important; margin: 0 !important; padding: 0 !important; border: 0 !important;
    background: none !important; overflow: visible !important; transform: none !important; contain: none !important; }
  html.vp-print-card [${MARK}] > :not([${MARK}]) { display: none !important; }
}`;
const LATER_MS = 1000; // a phone says that printing is over when it has only just begun

export default function ({ data, parentElement }) {
  const $ = (name) => parentElement.querySelector(name);
  $(".title").textContent = data.words.title;
  const code = $(".vp-code");
  code.setAttribute("aria-label", data.words.title);
  code.replaceChildren(...data.code.flatMap((pair) => {
    const part = document.createElement("span");
    part.textContent = pair;
    return [part, " "];
  }));
  const picture = $(".qr");
  picture.hidden = !data.qr;
  if (data.qr) { picture.src = data.qr; picture.alt = data.words.scan; }
  $(".scan").textContent = data.qr ? data.words.scan : "";
  $(".lines").replaceChildren(...data.words.lines.map((line) => {
    const part = document.createElement("p");
    part.textContent = line;
    return part;
  }));
  $(".where span").textContent = data.words.where;
  $(".where strong").textContent = data.address;
  $(".print").textContent = data.words.print;
  $(".print").onclick = () => {
    onPaper(parentElement);
    window.print();
  };
  return clear;
}

function onPaper(element) {
  clear();
  const sheet = document.createElement("style");
  sheet.id = "vp-print-card";
  sheet.textContent = PAPER;
  document.head.append(sheet);
  for (let node = element; node && node !== document; node = node.parentNode ?? node.host)
    if (node instanceof Element && node !== document.documentElement) node.setAttribute(MARK, "");
  document.documentElement.classList.add("vp-print-card");
  window.addEventListener("afterprint", () => setTimeout(clear, LATER_MS), { once: true });
}

function clear() {
  document.getElementById("vp-print-card")?.remove();
  document.documentElement.classList.remove("vp-print-card");
  for (const node of document.querySelectorAll(`[${MARK}]`)) node.removeAttribute(MARK);
}
