// Shows a text word by word. Marks are labels; with `pick` a range can be chosen by
// dragging over words, or by pressing (finger, mouse or Enter) the first and then the last word; the same word twice is
// that word alone. A finger that moves up or down scrolls. A label such as [naam 1] counts as one word there. `tints`
// are ranges that are only coloured.
export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".text");
  box.replaceChildren();
  const marks = [...data.marks].sort((a, b) => a.start - b.start);
  let from = null; // the first word of a range, once it was pressed
  let fresh = false; // it was pressed by the finger that is still down
  const words = [];

  const report = (a, b) => {
    const start = Math.min(a.start, b.start), end = Math.max(a.end, b.end);
    words.forEach((w) => w.node.classList.toggle("chosen", w.start >= start && w.end <= end));
    setTriggerValue("picked", { start, end });
  };
  const addWord = (value, start, mark) => {
    const node = document.createElement("span");
    node.textContent = value;
    const word = { node, start, end: start + [...value].length };
    if (mark) { node.className = "mark label"; node.title = mark.title; }
    if (data.tints.some((t) => t.start <= start && start < t.end)) node.classList.add("tint");
    if (data.pick && value.trim()) {
      node.tabIndex = 0;
      node.classList.add("word");
      node.onpointerdown = (e) => {
        e.preventDefault();
        node.releasePointerCapture?.(e.pointerId);
        node.focus({ preventScroll: true });
        fresh = !from;
        from = from || word;
        node.classList.add("chosen");
      };
      node.onpointerup = () => {
        if (from && (from !== word || !fresh)) { report(from, word); from = null; }
        fresh = false;
      };
      node.onkeydown = (e) => {
        if (e.key !== "Enter" && e.key !== " ") return;
        e.preventDefault();
        if (from) { report(from, word); from = null; } else { from = word; node.classList.add("chosen"); }
      };
      words.push(word);
    } else {
      words.push(word);
    }
    box.appendChild(node);
  };

  box.onpointercancel = () => { // the finger scrolled: nothing was pressed
    if (!fresh) return;
    from.node.classList.remove("chosen");
    from = null;
    fresh = false;
  };

  // Offsets are Python's: code points, not UTF-16 units.
  const points = [...data.text];
  let at = 0;
  const plain = (until) => {
    let run = "";
    const flush = (end) => { if (run) addWord(run, end - [...run].length, null); run = ""; };
    for (; at < until; at++) {
      const c = points[at];
      if (/\s/.test(c)) { flush(at); addWord(c, at, null); } else run += c;
    }
    flush(at);
  };
  for (const mark of marks) {
    if (mark.start < at) continue;
    plain(mark.start);
    addWord(points.slice(mark.start, mark.end).join(""), mark.start, mark);
    at = mark.end;
  }
  plain(points.length);
}
