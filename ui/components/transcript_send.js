// One thing at a time goes to the server; the next waits for the answer, and goes with the newest revision. What was
// typed stays until the answer shows that it stands there.
const ASK_MS = 4_000, AGAIN_MS = 15_000, TRIES = 5, ASKS = 4;

const freshNumber = () => [...crypto.getRandomValues(new Uint8Array(8))].map((one) => one.toString(16).padStart(2, "0")).join("");

// An entry: { action, row, ready(entry) -> what to send or null, text, base }.
function queue(s, entry) {
  s.queue.push(entry);
  pump(s);
}

const act = (s, action, row, more = {}) => {
  s.redo = null;
  queue(s, { action, row, ready: () => (row ? { index: row.line.index, ...more } : more) });
};

function heardSpans(s, spans) {
  const waiting = s.queue.find((entry) => entry.action === "heard");
  if (waiting) waiting.spans.push(...spans);
  else queue(s, { action: "heard", spans, ready: (entry) => ({ spans: entry.spans.slice(-1000) }) });
}

function retype(s, row, text, base) {
  const waiting = s.queue.find((entry) => entry.action === "retype" && entry.row === row);
  row.draft = { text, state: "waiting" };
  if (waiting) waiting.text = text;
  else s.queue.push({ action: "retype", row, text, base, ready: (entry) => ({ index: row.line.index, text: entry.text }) });
  drawRow(s, row);
  pump(s);
}

function pump(s) {
  if (s.sent) return;
  const entry = s.queue.shift();
  if (!entry) return;
  if (entry.row && !s.rows.includes(entry.row)) return gone(s, entry);
  if (entry.action === "retype" && !same(entry.base, entry.row.line.text)) {
    refuse(s, entry, "refused_other"); // somebody else changed it meanwhile: never write over that unseen
    return pump(s);
  }
  const given = entry.ready(entry);
  if (!given) { tell(s, s.words.refused_action); return pump(s); }
  entry.before = isQuiet(entry) ? "" : standing(s);
  s.sent = { entry, message: { number: freshNumber(), action: entry.action, revision: s.revision, ...given } };
  if (entry.action === "retype") setDraft(s, entry.row, entry.row.draft.text, "sent");
  post(s);
}

function post(s) {
  clearTimeout(s.again);
  s.again = setTimeout(() => { if (s.sent) post(s); }, AGAIN_MS); // the line was broken: Python takes each number once
  s.trigger("touched", { ...s.sent.message });
}

// The page was run. The run that gets what was sent shows the text from before it, still; a run that begins later knows
// its number. When none comes by itself, one is asked for.
function answered(s, number) {
  if (!s.sent) return undefined;
  clearTimeout(s.again);
  clearTimeout(s.asking);
  const arrived = number === s.sent.message.number;
  // A run that was asked for may overtake the one that is still storing: nothing yet is no answer, then.
  if (arrived && !(s.sent.asked && s.revision === s.sent.message.revision && !isDone(s) && s.sent.asks < ASKS)) return settle(s);
  if (!arrived && s.sent.asked) { s.sent.asked = false; return post(s); } // it never arrived
  s.asking = setTimeout(() => {
    s.sent.asked = true;
    s.sent.asks = (s.sent.asks || 0) + 1;
    s.trigger("asked", s.sent.message.number + s.sent.asks);
  }, ASK_MS);
  return undefined;
}

function isDone(s) {
  const { entry, message } = s.sent;
  if (entry.action === "retype") return s.rows.includes(entry.row) && same(entry.row.line.text, message.text);
  if (entry.action === "name") return entry.did.action === "suggest" || s.revision !== message.revision || Boolean(s.namesData?.refused);
  return entry.action === "heard" || standing(s) !== entry.before;
}

// What changes no word of the text.
const isQuiet = (entry) => entry.action === "heard" || entry.action === "name";

// The text as it stands here, without what the machine does beside it.
const standing = (s) => s.rows.map((row) => row.bare).join("\n");

function settle(s) {
  const { entry, message } = s.sent, { row } = entry;
  s.sent = null;
  if (entry.action === "retype" && !s.rows.includes(row)) loose(s, entry.text);
  else if (entry.action === "retype" && same(row.line.text, message.text)) {
    if (row.draft?.text === message.text) setDraft(s, row, null);
  } else if (!isQuiet(entry) && (entry.action === "retype" || standing(s) === entry.before)) notDone(s, entry, message);
  pump(s);
}

// The machine works beside the editor: then only the revision was old, and it is sent once more with the new one.
function notDone(s, entry, message) {
  const moved = s.revision !== message.revision, still = entry.action !== "retype" || same(entry.base, entry.row.line.text);
  entry.tries = (entry.tries || 0) + 1;
  if (moved && still && entry.tries < TRIES) s.queue.unshift(entry);
  else if (entry.action === "retype") refuse(s, entry, "refused");
  else tell(s, s.words.refused_action);
}

function refuse(s, entry, why) {
  const later = s.queue.find((one) => one.action === "retype" && one.row === entry.row);
  if (later) { s.queue.splice(s.queue.indexOf(later), 1); entry.text = later.text; }
  setDraft(s, entry.row, entry.text, "refused", why);
  tell(s, s.words.refused_note);
}

function gone(s, entry) {
  if (entry.action === "retype") loose(s, entry.text);
  pump(s);
}

function setDraft(s, row, text, state, why) {
  row.draft = text === null ? null : { text, state, why };
  drawRow(s, row);
}

// A refused text that turns out to stand there after all was not refused.
function checkDrafts(s, changed) {
  for (const row of changed) {
    if (row.draft?.state === "refused" && same(row.line.text, row.draft.text)) row.draft = null;
  }
}

function draftNote(s, row) {
  const { state, text, why } = row.draft, w = s.words;
  if (state !== "refused") return make("draft", "p", state === "sent" ? w.saving : w.waiting);
  const box = make("draft refused", "div");
  const line = make("", "p", w[why] + " ");
  line.append(make("", "b", text));
  box.append(
    line,
    press(w.retry, "", () => retype(s, row, text, clean(row.line.text))),
    press(w.drop, "quiet", () => setDraft(s, row, null)),
  );
  return box;
}

// Typed at a line that is not there any more.
function loose(s, text) {
  s.lost.push(text);
  drawLoose(s);
}

function drawLoose(s) {
  const box = s.$(".loose");
  box.hidden = !s.lost.length;
  box.replaceChildren(...s.lost.map((text) => {
    const line = make("", "p", s.words.loose + " ");
    line.append(make("", "b", text), press(s.words.drop, "quiet", () => { s.lost.splice(s.lost.indexOf(text), 1); drawLoose(s); }));
    return line;
  }));
}

const unsaved = (s) => Boolean(
  s.lost.length || s.rows.some((row) => row.draft) || (s.field && edited(s)) ||
  [s.sent?.entry, ...s.queue].some((entry) => entry && entry.action !== "heard"),
);

function tell(s, text) {
  clearTimeout(s.quiet);
  if (!s.root) return;
  s.$(".note").textContent = text;
  s.quiet = setTimeout(() => { if (s.root) s.$(".note").textContent = ""; }, 12_000);
}
