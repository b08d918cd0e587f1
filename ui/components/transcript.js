// The transcript of an interview next to its sound. What belongs to a story on the screen is kept here, in memory only,
// for as long as the page is open: also when Streamlit draws everything anew.
const kept = new Map();
const GONE_MS = 3000;
const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];

window.addEventListener("beforeunload", (e) => {
  if ([...kept.values()].some(unsaved)) { e.preventDefault(); e.returnValue = true; }
});
window.addEventListener("keydown", (e) => { // nothing on the page has the focus
  if (document.activeElement !== document.body && document.activeElement) return;
  const s = [...kept.values()].find((one) => one.root?.isConnected && one.root.getClientRects().length);
  if (!s) return;
  if (e.key === " " && !e.ctrlKey && !e.altKey && !e.metaKey) toggle(s); else if (!anywhere(s, e, false)) return;
  e.preventDefault();
});

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".transcript");
  for (const [name, other] of kept) { // another story: silence; what was typed there and not stored stays
    if (name === data.url || (other.root?.isConnected && other.parent !== parentElement)) continue;
    leave(other);
    if (!unsaved(other)) kept.delete(name);
  }
  const s = kept.get(data.url) || fresh();
  kept.set(data.url, s);
  Object.assign(s, {
    trigger: setTriggerValue, words: data.words, edit: data.edit, speakers: data.speakers, undoable: data.undo, revision: data.revision, longest: data.longest,
    parent: parentElement,
  });
  clearTimeout(s.leaving);
  sound(s, data.url);
  const anew = s.root !== root;
  if (anew) mount(s, root);
  const { changed, left } = takeIn(s, data);
  for (const row of left) leftBehind(s, row);
  checkDrafts(s, changed);
  if (s.now) { s.now.row.words?.[s.now.word]?.classList.remove("now"); s.now.row.node?.classList.remove("playing"); s.now = null; }
  for (const row of anew ? s.rows : changed) redraw(s, row);
  placeRows(s);
  if (anew) s.scroller.scrollTop = s.scrollTop || 0;
  stay(s);
  mark(s, s.audio.currentTime * 1000);
  showSound(s);
  belowHeader(root);
  showLeft(s);
  s.$(".undo").disabled = !s.undoable;
  takeNames(s, data);
  answered(s, data.answered);
  return () => { if (s.root === root) s.leaving = setTimeout(() => leave(s), GONE_MS); };
}

function fresh() {
  return {
    audio: new Audio(), rows: [], starts: [], where: [], parts: [], part: null, queue: [], sent: null, lost: [], follow: true,
    away: false, ownTop: 0, reported: 0, here: null, active: null, field: null, panel: false, now: null, root: null,
  };
}

function leave(s) { // nobody looks at this any more: silence
  s.audio.pause();
  s.root = null;
}

function mount(s, root) {
  const $ = (name) => root.querySelector(name), w = s.words;
  Object.assign(s, { root, $, list: $(".lines"), scroller: $(".scroller"), tools: make("tools", "div"), toolsLook: null });
  s.watch?.disconnect();
  s.watch = nearness(s);
  for (const row of s.rows) { row.node = null; row.near = false; }
  s.active = null;
  root.setAttribute("aria-label", w.label);
  $(".bar").setAttribute("aria-label", w.player);
  s.list.setAttribute("aria-label", w.lines);
  for (const name of ["back", "ahead"]) { $("." + name).setAttribute("aria-label", w[name]); $("." + name).title = w[name]; }
  for (const name of ["doubt", "undo", "return"]) $("." + name).textContent = w[name];
  $(".undo").hidden = !s.edit;
  $(".rate span").textContent = w.speed;
  $(".follow span").textContent = w.follow;
  $(".follow input").checked = s.follow;
  $(".place").setAttribute("aria-label", w.position);
  $(".speed").replaceChildren(...SPEEDS.map((speed) => {
    const one = make("", "option", String(speed).replace(".", ",") + "×");
    one.value = speed;
    one.selected = speed === s.audio.playbackRate;
    return one;
  }));
  $(".play").onclick = () => toggle(s);
  $(".back").onclick = () => jump(s, -STEP_S);
  $(".ahead").onclick = () => jump(s, STEP_S);
  $(".speed").onchange = (e) => { s.audio.playbackRate = s.audio.defaultPlaybackRate = Number(e.target.value); };
  $(".follow input").onchange = (e) => follow(s, e.target.checked);
  $(".return").onclick = () => follow(s, true);
  $(".doubt").onclick = () => toDoubt(s);
  $(".undo").onclick = () => undo(s);
  $(".place").oninput = () => { s.sliding = true; };
  $(".place").onchange = (e) => { s.sliding = false; seek(s, Number(e.target.value) * 1000); s.away = false; keepUp(s); };
  s.scroller.onscroll = () => { s.scrollTop = s.scroller.scrollTop; scrolled(s); };
  s.list.onclick = (e) => pressed(s, e.target);
  s.list.ondblclick = (e) => {
    const row = e.target.closest(".row")?.row, word = e.target.dataset?.word;
    if (row && word !== undefined) edit(s, row, row.line.unsure ? 0 : row.line.words[word].b);
  };
  root.onkeydown = (e) => key(s, e);
  root.onkeyup = root.onkeypress = (e) => e.stopPropagation();
  showKeys(s);
  drawLoose(s);
}

function pressed(s, target) {
  const row = target.closest(".row")?.row;
  if (!row || target.closest("button, textarea, input, label, summary")) return;
  const word = target.dataset.word === undefined ? -1 : Number(target.dataset.word);
  focusOn(s, row, word, true);
  if (word < 0) return;
  s.away = false;
  seek(s, row.line.words[word].start);
  openName(s, row, word);
  showAway(s);
}

// A line that is gone: what was typed in it is kept.
function leftBehind(s, row) {
  if (s.field?.row === row) {
    if (edited(s)) loose(s, clean(s.field.node.value));
    s.field = row.field = null;
  }
  if (row.draft?.state === "refused") loose(s, row.draft.text);
  if (s.now?.row === row) s.now = null;
}

// The editor stays at the same line and word, as far as they are still there.
function stay(s) {
  if (!s.rows.length) { s.here = s.active = null; return; }
  const had = s.here, inside = had && had.row.node?.contains(s.root.getRootNode().activeElement);
  if (had && s.rows.includes(had.row)) {
    const word = Math.min(had.word, had.row.line.words.length - 1);
    if (word !== had.word) beAt(s, had.row, word); else if (word < 0) had.row.node.tabIndex = 0;
    return;
  }
  s.here = null;
  const row = s.rows[Math.min(had ? had.row.at : 0, s.rows.length - 1)];
  if (had) focusOnOnly(s, row, inside); else { s.here = { row, word: -1 }; row.node.tabIndex = 0; }
}

function focusOnOnly(s, row, inside) {
  beAt(s, row, -1);
  if (inside) row.node.focus({ preventScroll: true });
}

function showLeft(s) {
  const left = s.rows.filter(toHear).length, w = s.words;
  s.$(".left").textContent = left === 0 ? w.left_none : left === 1 ? w.left_one : w.left.replace("{}", left);
}

// The bar stays in sight below the page's own menu.
function belowHeader(root) {
  const header = document.querySelector("[data-testid=stHeader]");
  const shown = header && !/, 0\)$|transparent/.test(getComputedStyle(header).backgroundColor);
  root.style.setProperty("--top", (shown ? header.getBoundingClientRect().height : 0) + "px");
}
