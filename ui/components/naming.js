// A text whose places are looked at one by one. What an editor sees of it (which place, which view) is kept here, in
// memory only, for as long as the page is open: also when Streamlit draws everything anew.
const kept = new Map();
const GONE_MS = 3000;

document.addEventListener("scroll", () => { for (const s of kept.values()) s.active = performance.now(); }, { passive: true, capture: true });

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".naming");
  for (const [story, other] of kept) if (story !== data.story) { leave(other); kept.delete(story); }
  const s = kept.get(data.story) || begun();
  kept.set(data.story, s);
  const before = s.data, anew = s.root !== root, other = !before || before.shape !== data.shape;
  const was = other && !anew && before ? new Map(before.marks.map((one) => [one.start + "-" + one.end, one.kind + one.label])) : null;
  Object.assign(s, { data, trigger: setTriggerValue });
  clearTimeout(s.leaving);
  clearInterval(s.clock);
  s.clock = setInterval(() => tick(s), 1000);
  if (anew) mount(s, root);
  const undone = s.sent && ["undo", "redo"].includes(s.sent.action) && s.sent.number === data.answered;
  answered(s);
  if (!data.labels.length && data.marks.some((one) => one.kind === "red")) s.view = "before"; // it cannot be shown
  if (undone && was) { const back = data.marks.find((one) => was.get(one.start + "-" + one.end) !== one.kind + one.label); if (back) s.at = back; }
  if (anew || other) drawAgain(s);
  if (data.refused) { tell(s, data.refused); s.queue = []; }
  draw(s);
  return () => { if (s.root === root) s.leaving = setTimeout(() => leave(s), GONE_MS); };
}

function begun() {
  const s = { audio: new Audio(), queue: [], sent: null, at: null, view: "before", everywhere: false, pieces: [], pending: null, seconds: 0, active: performance.now() };
  s.does = {
    decide: (mark, action, more) => decide(s, mark, action, more), leave: () => leavePanel(s), step: (by) => step(s, by),
    ask: ({ start, end }) => send(s, "suggest", { start, end }), listen: (mark) => listen(s, mark), sounding: () => !s.audio.paused,
  };
  sound(s);
  return s;
}

function leave(s) {
  s.audio.pause();
  clearInterval(s.clock);
  clearTimeout(s.again);
}

function mount(s, root) {
  const $ = (name) => root.querySelector(name), w = s.data.words;
  Object.assign(s, { root, text: $(".text"), panel: $(".panel"), note: $(".note"), listen: null });
  for (const event of ["pointerdown", "pointermove", "keydown", "wheel", "touchmove"]) root.addEventListener(event, () => { s.active = performance.now(); }, { passive: true });
  root.setAttribute("aria-label", w.label);
  s.panel.setAttribute("aria-label", w.panel);
  $(".views").setAttribute("aria-label", w.view);
  $(".undo").textContent = w.undo;
  $(".redo").textContent = w.redo;
  $(".undo").onclick = () => send(s, "undo");
  $(".redo").onclick = () => send(s, "redo");
  $(".jump").onclick = () => jump(s);
  for (const one of root.querySelectorAll(".views button")) {
    one.textContent = w[one.dataset.view];
    one.onclick = () => look(s, one.dataset.view);
  }
  $(".keys summary").textContent = w.keys;
  $(".keys dl").replaceChildren(...Object.keys(w).filter((key) => key.startsWith("key_") && !key.endsWith("_does"))
    .flatMap((key) => [make("", "dt", w[key]), make("", "dd", w[key + "_does"])]));
  picking(s);
  s.text.onkeydown = (e) => key(s, e);
  s.panel.onkeydown = (e) => {
    if (e.key === "Escape") { e.preventDefault(); toText(s); } else if (!e.target.matches("input, select")) key(s, e);
  };
}

function drawAgain(s) {
  const inText = s.text.contains(s.text.getRootNode().activeElement);
  drawText(s);
  const here = showHere(s);
  if (inText) (here || s.pieces[0])?.node.focus({ preventScroll: true });
}

function draw(s) {
  const { data, root } = s, w = data.words, $ = (name) => root.querySelector(name);
  const left = data.marks.filter((one) => one.kind === "amber").length, all = Math.max(data.amber, left);
  const text = !all ? w.left_never : !left ? w.left_none : (left === 1 ? w.left_one : w.left.replace("{}", left)).replace("{}", all);
  if ($(".left b").textContent !== text) $(".left b").textContent = text;
  $(".line").hidden = !all;
  $(".line i").style.width = all ? 100 * (all - left) / all + "%" : "0";
  $(".jump").textContent = left || !data.marks.length ? w.next_amber : w.next_red;
  $(".jump").disabled = !data.marks.length;
  for (const one of root.querySelectorAll(".views button")) {
    one.setAttribute("aria-pressed", String(one.dataset.view === s.view));
    one.disabled = one.dataset.view === "after" && !data.labels.length && data.marks.some((mark) => mark.kind === "red");
  }
  $(".undo").hidden = $(".redo").hidden = !data.edit;
  $(".undo").disabled = !data.undo;
  $(".redo").disabled = !data.redo;
  showHere(s);
  drawPanel(s);
  if (s.sent && s.sent.action !== "spent") tell(s, w.saving, true); else if (s.note.textContent === w.saving) tell(s, "");
  placeBar(s);
}

function placeBar(s) { // below the page's own header, when it has one that can be seen
  const header = document.querySelector("[data-testid=stHeader]");
  const shown = header && !/, 0\)$|transparent/.test(getComputedStyle(header).backgroundColor);
  s.root.style.setProperty("--top", (shown ? header.getBoundingClientRect().height : 0) + "px");
  s.root.style.setProperty("--bar", s.root.querySelector(".bar").getBoundingClientRect().height + "px");
}

function tell(s, text, stays = false) {
  clearTimeout(s.quiet);
  s.note.textContent = text;
  if (text && !stays) s.quiet = setTimeout(() => { s.note.textContent = ""; }, 12_000);
}

// going somewhere

function choose(s, mark, focus = true) {
  s.audio.pause();
  s.at = mark ? { start: mark.start, end: mark.end } : null;
  draw(s);
  const here = pieceOf(s, mark);
  if (!here) return;
  if (focus) here.node.focus({ preventScroll: true });
  bring(s, here.node);
}

function bring(s, node) {
  const box = node.getBoundingClientRect(), bar = s.root.querySelector(".bar").getBoundingClientRect();
  const sheet = s.panel.getBoundingClientRect(), below = sheet.left < box.right ? Math.min(sheet.top, innerHeight) : innerHeight;
  const above = Math.max(bar.bottom, parseFloat(s.root.style.getPropertyValue("--top")));
  if (box.top > above + 8 && box.bottom < below - 8) return;
  document.querySelector("[data-testid=stMain]")?.scrollBy({ top: box.top - above - Math.max(12, (below - above) / 4) });
}

function step(s, by) {
  const all = s.data.marks, at = all.indexOf(markAt(s, s.at));
  if (all.length) choose(s, all[at < 0 ? 0 : (at + by + all.length) % all.length], !s.panel.contains(s.panel.getRootNode().activeElement));
}

function ahead(s, fits) {
  const all = s.data.marks, now = markAt(s, s.at), at = now ? all.indexOf(now) : -1;
  return [...all.slice(at + 1), ...all.slice(0, at + 1)].find(fits);
}

function jump(s) {
  const amber = ahead(s, (one) => one.kind === "amber" && !isBusy(s, one));
  choose(s, amber || ahead(s, () => true));
}

function look(s, view) {
  s.view = view;
  drawAgain(s);
  draw(s);
}

function toText(s) { (pieceOf(s, markAt(s, s.at)) || s.pieces[0])?.node.focus(); }

function leavePanel(s) {
  const here = pieceOf(s, markAt(s, s.at));
  choose(s, null);
  here?.node.focus({ preventScroll: true });
}

// Deciding a yellow place goes on to the next one: that is what a whole row of them asks for.
function decide(s, mark, action, more = {}) {
  const everywhere = s.everywhere && mark.same > 1, words = s.data.marks.filter((one) => one.group === mark.group);
  send(s, action, { start: mark.start, end: mark.end, everywhere, ...more });
  const next = mark.kind === "amber" && action !== "free" && ahead(s, (one) => one.kind === "amber" && !isBusy(s, one) && !(everywhere && words.includes(one)));
  s.everywhere = false;
  if (next && next !== mark) choose(s, next, !s.panel.contains(s.panel.getRootNode().activeElement)); else draw(s);
}

function key(s, e) {
  const name = e.key.length === 1 ? e.key.toLowerCase() : e.key, mark = markAt(s, s.at), edit = s.data.edit;
  if (e.altKey || e.metaKey || (e.ctrlKey && !["z", "y"].includes(name))) return;
  if (s.words) { if (word(s, name)) e.preventDefault(); return; }
  const field = (which) => s.panel.querySelector(`[data-name=${which}]`);
  const open = (which) => { field(which).closest("details").open = true; field(which).focus(); };
  const does = {
    ArrowRight: () => step(s, 1), ArrowDown: () => step(s, 1), ArrowLeft: () => step(s, -1), ArrowUp: () => step(s, -1),
    n: () => jump(s), k: () => look(s, s.view === "after" ? "before" : "after"),
    l: mark?.sound && (() => listen(s, mark)),
    Escape: () => (s.pending ? noPick(s) : leavePanel(s)),
    ...(e.currentTarget === s.text && { Enter: () => (mark ? field("mask") || field("next") : null)?.focus(), " ": () => field("mask")?.focus() }),
    ...(edit && {
      v: mark && (() => decide(s, mark, "mask")), b: mark && (() => decide(s, mark, "keep")),
      o: field("everywhere") && (() => field("everywhere").click()),
      s: field("type") && (() => open("type")), w: field("word") && (() => open("word")),
      z: s.data.undo && (() => send(s, "undo")), y: s.data.redo && (() => send(s, "redo")),
      t: s.view === "before" && (() => byWords(s)),
    }),
  }[name];
  if (!does) return;
  e.preventDefault();
  does();
}

// Picking words by keyboard: the arrows go from word to word, Enter takes the first and the last.
function byWords(s) {
  s.words = true;
  tell(s, s.data.words.picking, true);
  const here = pieceOf(s, markAt(s, s.at)) || s.pieces[0];
  at(s, s.pieces.indexOf(here));
}

function at(s, number) {
  const one = s.pieces[Math.max(0, Math.min(s.pieces.length - 1, number))];
  if (!one) return;
  s.cursor = s.pieces.indexOf(one);
  one.node.tabIndex = -1;
  one.node.focus();
  paint(s, s.pending || one, one);
}

function word(s, name) {
  const moves = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 8, ArrowUp: -8 };
  if (name in moves) at(s, s.cursor + moves[name]);
  else if (name === "Escape") { noPick(s); toText(s); }
  else if (name === "Enter" && s.pending) pick(s, s.pending, s.pieces[s.cursor]);
  else if (name === "Enter") begin(s, s.pieces[s.cursor]);
  else return false;
  return true;
}

// the sound of a place

function listen(s, mark) {
  const { audio } = s;
  if (!audio.paused) { audio.pause(); return; }
  if (audio.getAttribute("src") !== s.data.sound) audio.src = s.data.sound;
  s.until = mark.sound[1] / 1000;
  audio.currentTime = mark.sound[0] / 1000;
  audio.play().catch(() => tell(s, s.data.words.no_sound));
}

function sound(s) {
  const { audio } = s;
  audio.preload = "metadata";
  audio.onplay = audio.onpause = () => showListen(s);
  audio.ontimeupdate = () => { if (audio.currentTime >= s.until) audio.pause(); };
  audio.onerror = () => tell(s, s.data.words.no_sound);
}
