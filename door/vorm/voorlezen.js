// Reads aloud what stands on the screen, in reading order, and outlines what is being read.
//
// Our own clips first: /stem/<language>/index.json says which text has one. What has none (a text with a number in it, the
// teller's own words) is spoken by the browser, but only with a voice that lives on the device: other voices send the
// text to a company.
//
// attach({ button, label, picture, note, words, language, voice }) once per screen, or again whenever these change. After
// a press on the button every next screen is read too, until a press on Stop (sessionStorage). Reading stops while
// somebody records (html[data-recording]) or listens to a sound on the page.
const KEEP = "voorlezen";
const PAUSE_MS = 300;
const SETTLED_MS = 450; // a screen that did not change for this long is a screen
const SKIPPED = "script, style, noscript, template, svg, audio, video, iframe, progress, [hidden], [inert], "
  + "[aria-hidden=true], [role=timer], .voorlezer, [data-testid^=stIcon], [data-testid=InputInstructions]";
const HEAD = ".st-key-kop, .brand, .languages";
const PRESSED = "button, label, summary, a, li, [role=button]";
const ACTIVE = "button, a, input, textarea, select, label, summary, audio, video, [role=button], [contenteditable]";
const UNSPOKEN = /[\p{So}\p{Sk}\p{Cf}\p{Me}\p{Co}\ufe0e\ufe0f]/gu;
const MOST_CUTS = 40; // a longer text is somebody's own
const SEPARATORS = "\\s*[():;·,]\\s*"; // as in voices/texts.py

let now = null; // what `attach` was given last
let turn = 0; // a new number whenever reading starts or stops: whoever waits sees that it is over
let speaking = false;
let queue = [];
let known = new Set();
let title = null;
let finish = null; // ends the wait for the sound that is playing
let settling = 0;
const sound = new Audio(); // one, because a phone that let it play once lets it play again
const indexes = new Map();
const watched = new WeakSet();
const frame = document.createElement("div");

export function attach(given) {
  const first = now === null;
  if (!first && now.language !== given.language) { stop(); title = null; }
  const again = now?.button === given.button;
  now = given;
  if (first) begin();
  if (!again) now.button.addEventListener("click", pressed);
  show();
  changed();
}

function begin() {
  const s = frame.style; // a frame over the text: nothing of the page itself is touched
  s.position = "fixed"; s.zIndex = "2147483000"; s.pointerEvents = "none"; s.boxSizing = "border-box";
  s.border = "4px solid #d98e04"; s.borderRadius = "12px"; s.display = "none";
  frame.setAttribute("aria-hidden", "true");
  document.body.append(frame);
  const page = new MutationObserver((changes) => { if (changes.some((c) => c.target !== frame)) changed(); });
  page.observe(document.body, { childList: true, characterData: true, subtree: true });
  watch(document);
  new MutationObserver(() => { if (recording()) stop(); show(); }).observe(document.documentElement, {
    attributes: true, attributeFilter: ["data-recording"],
  });
  document.addEventListener("keydown", (e) => { if (e.key === "Escape" && speaking) { keep(false); stop(); } });
  document.addEventListener("click", from);
  window.addEventListener("pagehide", () => stop());
}

// a sound of the page itself goes first; shadow roots are watched for changes too
function watch(root) {
  if (watched.has(root)) return;
  watched.add(root);
  root.addEventListener("play", () => stop(), true);
  if (root !== document)
    new MutationObserver(changed).observe(root, { childList: true, characterData: true, subtree: true });
}

const recording = () => document.documentElement.dataset.recording !== undefined;
const kept = () => { try { return sessionStorage.getItem(KEEP) === "1"; } catch { return false; } };
const keep = (on) => { try { sessionStorage.setItem(KEEP, on ? "1" : "0"); } catch { /* not allowed here */ } };

function pressed() {
  if (speaking) { keep(false); stop(); return; }
  keep(true);
  queue = collect();
  remember();
  read();
}

// while reading is on, a press on a text that does nothing else reads on from there
function from(event) {
  const target = event.composedPath()[0];
  if (!kept() || recording() || !(target instanceof Element) || target.closest(ACTIVE)) return;
  const all = collect();
  const at = all.findIndex((unit) => unit.node === target || unit.node.contains(target));
  if (at < 0) return;
  queue = all.slice(at);
  read();
}

function changed() {
  clearTimeout(settling);
  settling = setTimeout(settle, SETTLED_MS);
}

// A screen has settled: another screen is read from its top, and what is new on the same screen is read as well.
function settle() {
  if (!now.button.isConnected) { stop(); return; }
  const app = document.querySelector("[data-test-script-state]");
  if (app && app.dataset.testScriptState !== "notRunning") { changed(); return; }
  if (!kept() || recording()) return;
  const all = collect();
  const heading = location.pathname + (all.find((unit) => /^H[1-3]$/.test(unit.node.tagName))?.text ?? "");
  const fresh = all.filter((unit) => !known.has(unit.text));
  if (heading !== title || fresh.length * 2 > all.length) {
    queue = all;
    remember();
    read();
  } else if (fresh.length) {
    remember();
    queue.push(...fresh);
    if (!speaking) read();
  }
}

function remember() {
  const all = collect();
  known = new Set(all.map((unit) => unit.text));
  title = location.pathname + (all.find((unit) => /^H[1-3]$/.test(unit.node.tagName))?.text ?? "");
}

async function read() {
  if (recording()) return;
  stop(true);
  const mine = ++turn;
  speaking = true;
  if (now.note) now.note.textContent = "";
  show();
  const index = await clips(now.language);
  while (mine === turn && queue.length) {
    let unit = queue.shift();
    if (!unit.node.isConnected) unit = collect().find(({ text }) => text === unit.text); // drawn anew meanwhile
    if (!unit) continue;
    outline(unit.node);
    if (!(await say(unit.text, index, mine))) return; // not allowed yet: the next press begins again
    if (mine === turn) await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
  if (mine === turn) stop();
}

function stop(toGoOn = false) {
  turn += 1;
  speaking = false;
  if (!toGoOn) queue = [];
  sound.pause();
  window.speechSynthesis?.cancel();
  finish?.(true);
  outline(null);
  show();
}

function show() {
  const { button, label, picture, words } = now;
  button.hidden = false;
  button.disabled = recording();
  button.classList.toggle("on", speaking);
  button.setAttribute("aria-pressed", String(speaking));
  label.textContent = speaking ? words.stop : words.start;
  picture.src = `/vorm/prent/${speaking ? "stop_voorlezen" : "voorlezen"}.svg`;
}

// --- what stands on the screen

// Every text, in reading order; our name and the other languages come last.
export function collect() {
  const found = [];
  const root = document.querySelector("[role=dialog]") ?? document.querySelector("main");
  if (root) gather(root, found);
  const isHead = ({ node }) => node.closest(HEAD) !== null;
  return [...found.filter((unit) => !isHead(unit)), ...found.filter(isHead)];
}

function gather(node, found) {
  if (node.matches(SKIPPED) || !visible(node)) return;
  if (node.shadowRoot) {
    watch(node.shadowRoot);
    for (const child of node.shadowRoot.children) gather(child, found);
    return;
  }
  let text = null;
  if (node.tagName === "IMG") text = node.alt;
  else if (node.tagName === "TEXTAREA") text = node.value ? "" : node.placeholder;
  else if (node.dataset?.whole !== undefined) text = node.innerText; // a story, shown word by word
  else if ([...node.childNodes].some((child) => child.nodeType === 3 && child.nodeValue.trim())) text = node.innerText;
  if (text === null) { for (const child of node.children) gather(child, found); return; }
  text = heard(text);
  if (/[\p{L}\p{N}]/u.test(text)) found.push({ node, text });
}

function visible(node) {
  const style = getComputedStyle(node);
  if (style.display === "contents") return true; // no box of its own; its children are looked at
  return style.visibility === "visible" && node.getClientRects().length > 0;
}

// as `heard` in voices/texts.py
export const heard = (text) => text.normalize("NFC").replace(UNSPOKEN, "").replace(/\s+/g, " ").trim();

function outline(node) {
  const place = node && (node.closest(PRESSED) ?? node);
  frame.style.display = place ? "block" : "none";
  if (!place) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const at = place.getBoundingClientRect();
  if (at.top < 0 || at.bottom > innerHeight) place.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
  const mine = turn;
  const follow = () => {
    if (mine !== turn || !place.isConnected || frame.place !== place) return;
    const box = place.getBoundingClientRect();
    frame.style.left = `${box.left - 6}px`; frame.style.top = `${box.top - 4}px`;
    frame.style.width = `${box.width + 12}px`; frame.style.height = `${box.height + 8}px`;
    requestAnimationFrame(follow);
  };
  frame.place = place;
  follow();
}

// --- sound

function clips(language) {
  if (!indexes.has(language))
    indexes.set(language, fetch(`/stem/${language}/index.json`)
      .then((answer) => (answer.ok ? answer.json() : {}))
      .catch(() => { indexes.delete(language); return {}; }));
  return indexes.get(language);
}

// The clips that together say this text; null when one is missing. A text may be put together: of sentences, of a name
// and what it is ("Podcast (als tekst)"), or of a list. The longest piece with a clip goes first. A code is said digit by
// digit.
export function clipsFor(text, index) {
  const own = (part) => [part, part.replace(/[.!?]+$/, "")].find((said) => Object.hasOwn(index, said));
  if (own(text)) return [index[own(text)]];
  if (/^[\d ]+$/.test(text)) return [...text.replaceAll(" ", "")].map((digit) => index[digit]);
  const between = new RegExp(`(?:${SEPARATORS})+|(?<=[.!?])\\s+|\\s+${now.words.and}\\s+`, "g");
  const cuts = [...text.matchAll(between)].map((found) => ({ from: found.index, to: found.index + found[0].length }));
  if (!cuts.length || cuts.length > MOST_CUTS) return null;
  cuts.push({ from: text.length, to: text.length });
  const hopeless = new Set();
  const from = (at) => {
    if (at >= text.length) return [];
    if (hopeless.has(at)) return null;
    for (const cut of cuts.filter((one) => one.from > at).reverse())
      for (let end = cut.to; end >= cut.from; end -= 1) { // a piece may keep its own bracket
        const said = own(text.slice(at, end).trim());
        const rest = said && from(cut.to);
        if (rest) return [index[said], ...rest];
      }
    hopeless.add(at);
    return null;
  };
  return from(0);
}

// Resolves to false when the browser lets nothing sound before a press.
async function say(text, index, mine) {
  for (const clip of clipsFor(text, index) ?? [null]) {
    if (mine !== turn) return false;
    const how = clip ? await play(`/stem/${now.language}/${clip}`) : "missing";
    if (how === "refused") { if (mine === turn) stop(); return false; }
    if (how === "missing" && mine === turn) await speak(text, mine);
  }
  return mine === turn;
}

function play(address) {
  return new Promise((resolve) => {
    finish = (ended) => { finish = null; sound.onended = sound.onerror = null; resolve(ended === true ? "ended" : ended); };
    const end = finish;
    sound.onended = () => end(true);
    sound.onerror = () => end("missing");
    sound.src = address;
    sound.play().catch((error) => { if (finish === end) end(error.name === "NotAllowedError" ? "refused" : "missing"); });
  });
}

async function speak(text, mine) {
  const voice = await ownVoice();
  if (!voice) { if (now.note) now.note.textContent = now.words.no_voice; return; }
  const spoken = /^[\d ]+$/.test(text) ? [...text].join(" ") : text;
  for (const sentence of spoken.match(/[^.!?]+[.!?]*\s*/g) ?? [spoken]) {
    if (mine !== turn) return;
    await new Promise((resolve) => {
      const utterance = new SpeechSynthesisUtterance(sentence);
      utterance.voice = voice; utterance.lang = voice.lang; utterance.rate = 0.9;
      finish = () => { finish = null; resolve(); };
      utterance.onend = utterance.onerror = finish;
      window.speechSynthesis.speak(utterance);
    });
  }
}

// A voice for this language on the device itself.
async function ownVoice() {
  const engine = window.speechSynthesis;
  if (!engine) return null;
  if (!engine.getVoices().length)
    await new Promise((done) => {
      engine.addEventListener?.("voiceschanged", done, { once: true });
      setTimeout(done, 1000);
    });
  const own = engine.getVoices().filter((v) => v.localService && v.lang.toLowerCase().startsWith(now.language));
  return own.find((voice) => voice.lang.replace("_", "-") === now.voice) ?? own[0] ?? null;
}
