// Names in the text next to the sound: a marked word opens the panel of the page Nakijken, and words that nobody marked
// can be hidden. `s.naming` is the host of that panel. What is decided waits in the same row as any other change.
function naming(s) {
  const { root, $ } = s, panel = $(".names"), had = s.naming;
  const p = { at: null, pick: null, everywhere: false, ...had, panel };
  s.naming = p;
  panel.setAttribute("aria-label", s.namesData.words.panel);
  panel.onkeydown = (e) => inPanel(s, e);
  p.does = {
    decide(mark, action, more = {}) { decide(s, { action, start: mark.start, end: mark.end, everywhere: p.everywhere && mark.same > 1, ...more }); p.everywhere = false; },
    leave: () => leaveNames(s), step: (by) => stepNames(s, by), listen: (mark) => listenTo(s, mark),
    ask: ({ start, end }) => decide(s, { action: "suggest", start, end }),
    sounding: () => !s.audio.paused, undo: () => decide(s, { action: "undo" }), redo: () => decide(s, { action: "redo" }),
  };
  if (!had) {
    s.audio.addEventListener("timeupdate", () => { if (p.until && s.audio.currentTime >= p.until) s.audio.pause(); });
    for (const name of ["pause", "play"]) s.audio.addEventListener(name, () => { if (name === "pause") s.naming.until = null; showListen(s.naming); });
  }
  $(".amber").onclick = () => nextAmber(s);
  let from = null;
  s.list.onpointerdown = (e) => { from = e.pointerType === "touch" || e.button || !p.data.edit ? null : wordUnder(s, e.target); };
  s.list.onpointermove = (e) => {
    const to = from && e.buttons && wordUnder(s, root.getRootNode().elementFromPoint(e.clientX, e.clientY));
    if (to) paint(s, from, to);
  };
  s.list.onpointerup = (e) => {
    const first = from, to = first && wordUnder(s, root.getRootNode().elementFromPoint(e.clientX, e.clientY));
    from = null;
    if (to && (to.row !== first.row || to.word !== first.word)) pick(s, first, to); else if (first) paint(s);
  };
}

function takeNames(s, data) {
  s.namesData = data.naming;
  if (!s.namesData) return;
  if (!s.naming || s.naming.panel !== s.$(".names")) naming(s);
  Object.assign(s.naming, { data: s.namesData });
  if (s.naming.pick && ![s.naming.pick.a.row, s.naming.pick.b.row].every((row) => s.rows.includes(row))) s.naming.pick = null;
  if (markAt(s.naming, s.naming.pending)) Object.assign(s.naming, { at: s.naming.pending, pick: null, pending: null });
  if (s.namesData.refused) s.naming.pending = null;
  if (s.naming.at && !s.namesData.waits && !markAt(s.naming, s.naming.at)) s.naming.at = null; // it is no place any more
  if (s.namesData.refused) tell(s, s.namesData.refused);
  drawNames(s);
}

// The place of a word: what Python counts from the beginning of the whole text. Nothing in a line that nobody is sure of.
function spanOf(s, row, word) {
  const begin = s.namesData?.begins[row.at] ?? -1, one = row.line.words[word];
  return begin < 0 || !one || one.last <= one.first ? null : { start: begin + one.first, end: begin + one.last };
}

const isMarked = (row, word) => row.line.marks.some((m) => m.a < row.line.words[word].b && row.line.words[word].a < m.b);
const wordUnder = (s, node) => {
  const row = node?.closest?.(".row")?.row, word = node?.dataset?.word;
  return row && word !== undefined && spanOf(s, row, Number(word)) ? { row, word: Number(word) } : null;
};

// A word was pressed, or Enter on it. True when there is something to decide.
function openName(s, row, word, focus = false) {
  const p = s.naming;
  if (!p) return;
  p.pick = p.pending = null;
  p.at = spanOf(s, row, word);
  if (p.at && !(isMarked(row, word) && (p.data.waits || markAt(p, p.at)))) p.at = null;
  p.origin = p.at && { row, word };
  drawNames(s);
  if (p.at && focus) (p.panel.querySelector(".two button") || p.panel.querySelector("button"))?.focus({ preventScroll: true });
}

function pick(s, one, other) {
  const p = s.naming, before = one.row.at < other.row.at || (one.row === other.row && one.word <= other.word);
  p.pick = before ? { a: one, b: other } : { a: other, b: one };
  p.at = p.pending = null;
  p.origin = one;
  drawNames(s);
}

function pickOne(s, row, word) {
  pick(s, { row, word }, { row, word });
  s.naming.panel.querySelector("[data-name=hide], button").focus({ preventScroll: true });
}

function drawNames(s) {
  const p = s.naming, { panel, data } = p, w = data.words, was = panel.hidden;
  const amber = data.marks.filter((one) => one.kind === "amber").length, counter = s.$(".amber");
  counter.hidden = data.waits || !data.marks.length;
  counter.disabled = !amber;
  const text = !data.amber ? w.left_never : !amber ? w.left_none : amber === 1 ? w.left_here_one : w.left_here.replace("{}", amber);
  if (counter.textContent !== text) counter.textContent = text;
  const row = (p.origin?.row && s.rows.includes(p.origin.row) ? p.origin.row : s.active), top = row?.node?.getBoundingClientRect().top;
  panel.hidden = !(p.at || p.pick);
  paint(s, p.pick?.a, p.pick?.b);
  s.root.classList.toggle("deciding", !panel.hidden);
  if (!panel.hidden) {
    if (p.pick || data.waits) panel.replaceChildren(...aboutWords(s)); else drawPanel(p);
  } else panel.replaceChildren();
  if (was === panel.hidden || !row?.node) return;
  const moved = row.node.getBoundingClientRect().top - top; // the text became narrower: the line stays where it is
  if (moved) scrollBy(s, moved);
  if (!panel.hidden) bring(s, row, "nearest");
}

function wordsOf({ a, b }, s) {
  return s.rows.slice(a.row.at, b.row.at + 1).map((row) => {
    const from = row === a.row ? row.line.words[a.word].a : 0;
    return row.line.text.slice(from, row === b.row ? row.line.words[b.word].b : undefined);
  }).join(" ").trim();
}

function aboutWords(s) {
  const p = s.naming, { pick: words, data } = p, w = data.words, said = words ? wordsOf(words, s) : p.origin.row.words[p.origin.word]?.textContent.trim() || "";
  const chars = [...said], { start, end } = lettersIn(chars, 0, chars.length), parts = [titled(p, chars.slice(start, end).join(""))];
  if (data.waits) return [...parts, make("waits", "p", w.waits)];
  const { a, b } = words, line = make("ways", "div");
  const more = (text, name, one, by) => {
    const next = { row: one.row, word: one.word + by }, node = named(button("", text, () => pick(s, ...(by < 0 ? [next, b] : [a, next]))), name);
    node.disabled = !spanOf(s, next.row, next.word);
    return node;
  };
  line.append(more("‹ " + w.more_before, "before", a, -1), more(w.more_after + " ›", "after", b, 1));
  const hide = named(button("hide", start < end && wordsOf(words, s).includes(" ") ? w.hide : w.hide_one, () => hidePicked(s)), "hide");
  hide.disabled = Boolean(p.pending);
  return data.edit ? [...parts, hide, line] : parts;
}

function hidePicked(s) {
  const p = s.naming, { a, b } = p.pick, from = spanOf(s, a.row, a.word), to = spanOf(s, b.row, b.word);
  const first = [...a.row.line.text], last = [...b.row.line.text], offset = (span, row) => span - s.namesData.begins[row.at];
  const start = from.start + lettersIn(first, offset(from.start, a.row), first.length).start - offset(from.start, a.row);
  const end = to.end - offset(to.end, b.row) + lettersIn(last, 0, offset(to.end, b.row)).end;
  if (start >= end) return leaveNames(s);
  p.pending = { start, end };
  drawNames(s);
  return decide(s, { action: "mask", start, end });
}

const decide = (s, did) => queue(s, { action: "name", did, ready: () => ({ did }) });

function leaveNames(s) {
  const p = s.naming, { origin } = p;
  Object.assign(p, { at: null, pick: null, pending: null });
  const inside = p.panel.contains(s.root.getRootNode().activeElement);
  drawNames(s);
  if (inside && origin && s.rows.includes(origin.row)) focusOn(s, origin.row, Math.min(origin.word, origin.row.line.words.length - 1), true);
}

function stepNames(s, by) {
  const p = s.naming, all = p.data.marks, at = all.indexOf(markAt(p, p.at));
  for (let step = 1; step <= all.length; step++) {
    const mark = all[((at < 0 ? (by < 0 ? 0 : -1) : at) + by * step + all.length * 2) % all.length];
    if (goTo(s, mark)) return;
  }
}

function nextAmber(s) {
  const p = s.naming, { marks } = p.data, now = p.at ? p.at.end : s.active && s.here.word >= 0 ? spanOf(s, s.active, s.here.word)?.start ?? 0 : 0;
  const amber = marks.filter((one) => one.kind === "amber");
  [...amber.filter((one) => one.start >= now), ...amber].some((mark) => goTo(s, mark));
}

// To the first word of a place. A place in words that nobody is sure of has none here.
function goTo(s, mark) {
  const { begins } = s.namesData;
  const row = s.rows.findLast((one) => begins[one.at] >= 0 && begins[one.at] <= mark.start);
  const word = row ? row.line.words.findIndex((one) => mark.start < begins[row.at] + one.last && begins[row.at] + one.first < mark.end) : -1;
  if (word < 0) return false;
  const inside = s.naming.panel.contains(s.root.getRootNode().activeElement);
  const name = inside && s.root.getRootNode().activeElement.dataset.name;
  focusOn(s, row, word);
  openName(s, row, word);
  if (name) s.naming.panel.querySelector(`[data-name=${name}]`)?.focus({ preventScroll: true });
  return true;
}

function listenTo(s, mark) {
  const p = s.naming;
  if (!s.audio.paused) { s.audio.pause(); return; }
  seek(s, mark.sound[0]);
  toggle(s);
  p.until = mark.sound[1] / 1000;
}

function inPanel(s, e) {
  const p = s.naming, mark = markAt(p, p.at), typing = e.composedPath()[0].matches("input, select");
  const name = e.key.length === 1 ? e.key.toLowerCase() : e.key, plain = !e.ctrlKey && !e.altKey && !e.metaKey;
  const does = {
    Escape: () => leaveNames(s),
    ...(!typing && p.data.edit && !p.data.waits && {
      z: p.data.undo && p.does.undo, y: p.data.redo && p.does.redo,
      ...(plain && mark && { v: () => p.does.decide(mark, "mask"), b: () => p.does.decide(mark, "keep"), l: mark.sound && (() => listenTo(s, mark)) }),
    }),
  }[name];
  if (!does || e.altKey || (!plain && !["z", "y"].includes(name))) return;
  e.preventDefault();
  e.stopPropagation();
  does();
}

function paint(s, a, b) {
  for (const node of s.painted || []) node.classList.remove("picked");
  s.painted = [];
  if (!a) return;
  const [first, last] = a.row.at < b.row.at || (a.row === b.row && a.word <= b.word) ? [a, b] : [b, a];
  for (const row of s.rows.slice(first.row.at, last.row.at + 1)) {
    s.painted.push(...(row.words || []).slice(row === first.row ? first.word : 0, row === last.row ? last.word + 1 : undefined));
  }
  for (const node of s.painted) node.classList.add("picked");
}
