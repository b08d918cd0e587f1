// How a line looks, and which line and word the editor is at.
function press(name, kind, act) {
  const node = make(kind, "button", name);
  node.type = "button";
  node.onpointerdown = (e) => e.preventDefault(); // what is being typed keeps the focus until the button has done its work
  node.onclick = (e) => { e.stopPropagation(); act(node); };
  return node;
}

function drawRow(s, row) {
  const { line } = row, w = s.words;
  const focused = row.node && row.node.contains(s.root.getRootNode().activeElement) && !row.field;
  if (!row.node) {
    row.node = make("row", "li");
    row.node.tabIndex = -1;
    row.node.row = row;
  }
  const { node } = row;
  node.setAttribute("aria-label", labelOf(s, row));
  node.classList.toggle("heard", line.heard);
  node.classList.toggle("doubted", line.unsure || line.flags.length > 0 || line.other !== null);
  node.style.setProperty("--chars", Math.max(line.text.length, 1));
  const side = make("side", "div");
  side.append(make("time", "span", clock(line.start)));
  if (line.heard || line.typed) {
    const tick = make("tick", "span", line.heard ? "✓" : "⌨");
    tick.setAttribute("aria-hidden", "true");
    side.append(tick, make("aside", "span", line.heard ? w.heard : w.typed));
  }
  const body = make("body", "div");
  if (row.first && (line.speaker || s.speakers.length)) body.append(make("who", "p", line.speaker || w.unknown_speaker));
  row.said = make("said", "p");
  if (line.unsure && !underWay(row)) {
    body.append(make("unsure", "p", "[" + w.unsure + "]"));
    const thought = make("thought", "details");
    thought.open = Boolean(row.open);
    thought.ontoggle = () => { row.open = thought.open; };
    thought.append(make("", "summary", w.thought), row.said);
    body.append(thought);
  } else body.append(row.said);
  if (line.flags.length) {
    const flags = make("flags", "p");
    for (const [code, reason] of line.flags) { const flag = make("flag", "span", reason); flag.dataset.code = code; flags.append(flag); }
    body.append(flags);
  }
  if (line.other !== null) body.append(otherHeard(s, row));
  if (row.draft) body.append(draftNote(s, row));
  node.replaceChildren(side, body);
  row.body = body;
  fill(s, row);
  if (row.field) placeField(row);
  if (s.active === row) placeTools(s);
  if (focused) focusOn(s, row, s.here ? s.here.word : -1, true);
}

function labelOf(s, row) {
  const { line } = row, w = s.words;
  const parts = [w.line.replace("{}", row.at + 1).replace("{}", clock(line.start))];
  if (line.speaker) parts.push(line.speaker);
  if (line.unsure) parts.push(w.unsure);
  parts.push(...line.flags.map(([, reason]) => reason));
  if (line.heard || line.typed) parts.push(line.heard ? w.heard : w.typed);
  return parts.join(", ");
}

function otherHeard(s, row) {
  const box = make("other", "div"), text = make("", "p");
  text.append(make("", "span", s.words.other + " "), make("", "q", row.line.other));
  box.append(text);
  if (s.edit) {
    box.append(
      press(s.words.take_other, "", () => act(s, "take_other", row)),
      press(s.words.keep_own, "quiet", () => act(s, "keep_own", row)),
    );
  }
  return box;
}

// The list follows the rows: only what is new or gone moves.
function placeRows(s) {
  let at = s.list.firstChild;
  for (const row of s.rows) {
    if (row.node === at) at = at.nextSibling;
    else { s.list.insertBefore(row.node, at); s.watch.observe(row.node); }
  }
  while (at) { const next = at.nextSibling; s.watch.unobserve(at); at.remove(); at = next; }
}

// Lines that come near the window get words that can be pressed; far away they are plain text again.
function nearness(s) {
  return new IntersectionObserver((seen) => {
    for (const one of seen) {
      const { row } = one.target;
      if (row.near === one.isIntersecting) continue;
      row.near = one.isIntersecting;
      if (row.near || s.here?.row !== row) fill(s, row);
    }
  }, { root: s.scroller, rootMargin: "600px 0px" });
}

// being somewhere: one line, and perhaps one word in it, can be reached with Tab

function beAt(s, row, word) {
  const top = row.node.getBoundingClientRect().top;
  if (s.here) { mayNotBeReached(s.here.row.words?.[s.here.word]); s.here.row.node.tabIndex = -1; }
  s.here = { row, word };
  if (!row.near) { row.near = true; fill(s, row); }
  if (word >= 0 && row.words[word]) mayBeReached(s, row, word); else row.node.tabIndex = 0;
  if (s.active !== row) {
    const before = s.active;
    s.active = row;
    before?.node.classList.remove("active");
    if (s.panel) { s.panel = null; }
  }
  row.node.classList.add("active");
  placeTools(s);
  const moved = row.node.getBoundingClientRect().top - top; // the buttons left a line above: this one stays where it is
  if (moved) scrollBy(s, moved);
}

function focusOn(s, row, word, still = false) {
  beAt(s, row, word);
  if (word >= 0 && row.line.unsure) { const box = row.node.querySelector(".thought"); if (box) box.open = row.open = true; }
  const target = (word >= 0 && row.words[word]) || row.node;
  target.focus({ preventScroll: true });
  if (!still) bring(s, row, "nearest", true);
}

// The part of the list that can be seen: the bar may lie over its beginning, and the window may end before it does.
function view(s) {
  const box = s.scroller.getBoundingClientRect(), bar = s.$(".bar").getBoundingClientRect();
  const names = s.$(".names").getBoundingClientRect(), over = names.height && names.left < box.right ? names.top : Infinity;
  const top = Math.max(box.top, bar.bottom), bottom = Math.min(box.bottom, window.innerHeight, over);
  return bottom - top > 120 ? { top, bottom } : { top: box.top, bottom: box.bottom };
}

// Scrolls the list; the page as well only when the editor goes there by hand.
function bring(s, row, how, page = false) {
  const seen = view(s), line = row.node.getBoundingClientRect();
  const room = seen.bottom - seen.top, above = line.top - seen.top, below = line.bottom - seen.top;
  let by = 0;
  if (how === "middle") by = above - room / 3;
  else if (above < 8) by = above - 8;
  else if (below > room - 8) by = Math.min(below - room + 8, above - 8);
  if (Math.abs(by) >= 2) scrollBy(s, by);
  if (page) bringPage(s, row);
}

function bringPage(s, row) {
  const main = document.querySelector("[data-testid=stMain]"), line = row.node.getBoundingClientRect();
  const hidden = s.$(".bar").getBoundingClientRect().bottom - line.top, below = line.bottom - window.innerHeight + 8;
  if (main && hidden > 0) main.scrollTop -= hidden + 8;
  else if (main && below > 0) main.scrollTop += below;
}

function scrollBy(s, by) {
  s.scroller.scrollTop += by;
  s.ownTop = s.scroller.scrollTop;
}
