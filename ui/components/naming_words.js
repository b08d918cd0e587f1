// The text: marks that can be pressed, and words of which a range can be picked.
function drawText(s) {
  const after = s.view === "after", chars = [...(after ? s.data.clean : s.data.text)];
  const spans = after
    ? s.data.labels.map(([start, end, place]) => ({ start, end, mark: s.data.marks[place], kind: "label" + (place < 0 ? " bare" : "") + (end - start < 25 ? " short" : "") }))
    : s.data.marks.map((mark) => ({ start: mark.start, end: mark.end, mark, kind: mark.kind }));
  s.pieces = []; // what a range can begin and end with, in order
  const nodes = [];
  let at = 0;
  const plain = (until) => {
    for (const part of chars.slice(at, until).join("").split(/(\s+)/)) {
      const end = at + [...part].length;
      if (!part.trim() || after) nodes.push(document.createTextNode(part));
      else piece(make("word", "span", part), at, end);
      at = end;
    }
  };
  const piece = (node, start, end, mark) => { s.pieces.push({ node, start, end, mark }); nodes.push(node); node.piece = s.pieces.at(-1); };
  for (const { start, end, mark, kind } of spans) {
    plain(start);
    const node = make("mark " + kind, "span", chars.slice(start, end).join(""));
    if (mark) {
      node.setAttribute("role", "button");
      node.setAttribute("aria-label", [node.textContent, ...(after ? [s.data.words.label_of] : [...mark.reasons, s.data.words["state_" + mark.kind]])].join(", "));
      node.tabIndex = -1;
      piece(node, start, end, mark);
    } else { node.title = s.data.words.left_out; nodes.push(node); }
    at = end;
  }
  plain(chars.length);
  s.text.replaceChildren(...nodes);
  s.pending = null;
}

const markPieces = (s) => s.pieces.filter((one) => one.mark);
const pieceOf = (s, mark) => mark && s.pieces.find((one) => one.mark === mark);

function showHere(s) {
  const here = pieceOf(s, markAt(s, s.at)), reach = here || markPieces(s)[0] || s.pieces[0];
  for (const one of s.pieces) {
    if (one.mark || one.node.tabIndex === 0) one.node.tabIndex = -1;
    if (!one.mark) one.node.removeAttribute("tabindex");
    one.node.classList.toggle("here", one === here);
    one.node.classList.toggle("busy", Boolean(one.mark) && isBusy(s, one.mark));
  }
  if (reach) reach.node.tabIndex = 0; // one place in the text can be reached with Tab; the arrows go on from there
  return here;
}

const isBusy = (s, mark) => [s.sent, ...s.queue].some((one) => one && one.start < mark.end && mark.start < one.end);

// picking a range: by dragging, or by pressing the first and then the last word

function picking(s) {
  let down = null;
  const under = (e) => {
    const node = s.text.getRootNode().elementFromPoint(e.clientX, e.clientY);
    return node?.piece && s.pieces.includes(node.piece) ? node.piece : null;
  };
  s.text.onpointerdown = (e) => {
    const one = e.target.piece;
    if (!one || s.view === "after" || e.button) return;
    e.preventDefault();
    e.target.releasePointerCapture?.(e.pointerId);
    down = one;
    if (!s.pending) paint(s, one, one);
  };
  s.text.onpointermove = (e) => {
    const over = down && e.buttons && under(e);
    if (over) paint(s, s.pending || down, over);
  };
  s.text.onpointercancel = () => { down = null; if (!s.pending) paint(s); }; // the finger scrolled
  s.text.onpointerup = (e) => {
    const from = down, to = under(e) || from;
    down = null;
    if (!from) return;
    if (s.pending) pick(s, s.pending, to);
    else if (from !== to) pick(s, from, to);
    else if (from.mark) { paint(s); choose(s, from.mark); }
    else begin(s, from);
  };
  s.text.onclick = (e) => { if (s.view === "after" && e.target.piece?.mark) choose(s, e.target.piece.mark); };
}

function begin(s, piece) {
  s.pending = piece;
  paint(s, piece, piece);
  tell(s, s.data.words.pick_last, true);
}

function pick(s, a, b) {
  const { start, end } = lettersIn([...s.data.text], Math.min(a.start, b.start), Math.max(a.end, b.end));
  if (s.words) s.text.focus({ preventScroll: true }); // its words are drawn anew
  noPick(s);
  if (start === end) return;
  s.at = { start, end };
  send(s, "mask", { start, end });
  draw(s);
}

function noPick(s) {
  s.pending = null;
  s.words = false;
  paint(s);
  tell(s, "");
}

function paint(s, a, b) {
  const from = a ? Math.min(a.start, b.start) : 0, to = a ? Math.max(a.end, b.end) : -1;
  for (const one of s.pieces) one.node.classList.toggle("picked", from <= one.start && one.end <= to);
}
