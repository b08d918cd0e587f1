// Give sound or files: record or choose, listen back, send. What is not stored yet is kept here, per story, for as long
// as the page is open: also when Streamlit draws everything anew, or takes this part of the screen away for a while.
const kept = new Map();
const UNTIL_SILENT_S = 6;
const GONE_MS = 3000;

window.addEventListener("beforeunload", (e) => {
  if ([...kept.values()].some(unsafe)) { e.preventDefault(); e.returnValue = true; }
});

const busy = (s) => Boolean(s.abort);
const unsafe = (s) => Boolean(s.recording || busy(s) || s.items.some((item) => item.state !== "done"));
const counted = (seconds) => Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
const isSound = (file) => /^(audio|video)\//.test(file.type) || /\.(m4a|mp3|aac|og[ga]|opus|wav|flac|mp4|mov|webm)$/i.test(file.name);

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".giver");
  const story = data.ticket.split(".")[0];
  for (const [name, s] of kept) if (s.story !== story) { leave(s); if (!busy(s)) kept.delete(name); } // another teller
  const name = [story, data.microphone].join();
  const s = kept.get(name) || {
    story, items: [], recording: null, abort: null, sending: null, state: "", sent: 0, asked: false, reports: [], note: ["", ""],
  };
  kept.set(name, s);
  Object.assign(s, { ticket: data.ticket, words: data.words, microphone: data.microphone, trigger: setTriggerValue });
  s.reported?.(); // whatever was reported has arrived: the page was run
  s.renewed?.();
  if (s.root !== root) mount(s, root, data.accept);
  clearTimeout(s.leaving);
  draw(s);
  return () => { if (s.root === root) s.leaving = setTimeout(() => leave(s), GONE_MS); };
}

function leave(s) { // nobody looks at this any more: the microphone goes off, what was recorded stays
  s.recording?.stop();
  clearInterval(s.ticking);
  s.root = null;
}

// what it looks like

function mount(s, root, accept) {
  const $ = (name) => root.querySelector(name);
  s.root = root;
  s.$ = $;
  $(".file input").accept = accept;
  $(".mic").hidden = !s.microphone;
  $(".record").onclick = () => (s.recording ? s.recording.stop() : s.items.some((i) => i.state !== "done") ? ask(s, true) : record(s));
  $(".pause").onclick = () => { s.recording.toggle(); tell(s, s.recording.paused ? "paused" : "recording"); };
  $(".yes").onclick = () => record(s);
  $(".no").onclick = () => ask(s, false);
  $(".send").onclick = () => sendAll(s);
  $(".cancel").onclick = () => s.abort.abort();
  $(".file input").onchange = (e) => { choose(s, [...e.target.files]); e.target.value = ""; };
  clearInterval(s.ticking);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  s.ticking = setInterval(() => tick(s), calm ? 1000 : 120);
  s.shown = undefined;
}

function say(s, name, ...values) {
  return values.reduce((text, value) => text.replace("{}", value), s.words[name]);
}

function tell(s, name, kind = "", ...values) {
  s.note = [name && say(s, name, ...values), kind];
  draw(s);
}

function draw(s) {
  if (!s.root) return;
  const $ = s.$, had = s.root.getRootNode().activeElement;
  const open = s.items.filter((item) => item.state !== "done"), on = Boolean(s.recording);
  const show = (name, visible) => { $(name).hidden = !visible; };
  const label = (name, ...words) => { $(name).textContent = say(s, ...words); };
  const done = s.items.length > 0 && !open.length;
  label(".record", on ? "stop" : open.length ? "again" : done ? "more" : "record");
  $(".record").classList.toggle("on", on);
  $(".record").classList.toggle("paused", on && s.recording.paused);
  $(".record").classList.toggle("second", !on && open.length > 0);
  show(".record", !busy(s) && !s.asked);
  show(".live", on);
  if (on) label(".pause", s.recording.paused ? "go_on" : "pause");
  show(".file", !s.microphone && !busy(s));
  label(".choose", done ? "choose_more" : "choose");
  label(".ask", "sure"); label(".yes", "sure_yes"); label(".no", "sure_no");
  show(".sure", s.asked);
  show(".send", open.length > 0 && !on && !busy(s) && !s.asked);
  const failed = open.some((item) => item.state === "failed");
  label(".send", failed ? "retry" : s.microphone ? "send" : open.length > 1 ? "send_files" : "send_file", open.length);
  show(".way", busy(s));
  label(".cancel", "cancel");
  show(".cancel", s.state !== "checking");
  $("progress").setAttribute("aria-label", say(s, "progress"));
  drawBack(s, open, on);
  show(".list", !s.microphone && s.items.length > 0);
  $(".list").replaceChildren(...(s.microphone ? [] : s.items).map((item) => {
    const line = document.createElement("li"), how = document.createElement("span");
    line.className = item.state;
    line.textContent = item.blob.name || "";
    how.className = "how";
    how.textContent = item.why || say(s, "item_" + (item === s.sending ? s.state : item.state));
    line.appendChild(how);
    return line;
  }));
  $(".note").textContent = s.note[0];
  $(".note").className = "note " + s.note[1];
  if (had && had.closest("[hidden]")) { // the button that was pressed is gone: the next one to press is where the focus is
    [".no", ".send", ".cancel", ".record", ".file input"].map($).find((node) => !node.closest("[hidden]"))?.focus();
  }
  tick(s);
}

function drawBack(s, open, on) {
  const back = s.$(".back"), blob = open.length === 1 && isSound(open[0].blob) ? open[0].blob : null;
  back.hidden = !blob || on || busy(s);
  back.setAttribute("aria-label", say(s, "listen"));
  if (s.shown === blob) return;
  s.shown = blob;
  if (s.url) URL.revokeObjectURL(s.url);
  s.url = blob && URL.createObjectURL(blob);
  if (blob) back.src = s.url; else back.removeAttribute("src");
  back.onerror = () => { back.hidden = true; }; // a sound that we can read and this browser cannot
  back.onloadedmetadata = () => { // a browser's own recording does not say how long it is until it was read to the end
    if (back.duration !== Infinity) return;
    back.ontimeupdate = () => { back.ontimeupdate = null; back.currentTime = 0; };
    back.currentTime = 1e7;
  };
}

function tick(s) { // what moves: the clock, how loud it is, how far it is
  if (!s.root) return;
  if (s.recording) {
    const level = s.recording.paused ? -120 : s.recording.level();
    s.$(".clock").textContent = counted(s.recording.seconds);
    s.$(".level").hidden = level === null || s.recording.paused;
    s.$(".bar").style.transform = `scaleX(${Math.min(1, Math.max(0, (level + 60) / 50))})`;
    if (level === null || level > HEARD_DB) s.heard = true;
    const deaf = !s.heard && !s.recording.paused && s.recording.seconds >= UNTIL_SILENT_S;
    if (deaf !== s.deaf) { s.deaf = deaf; tell(s, deaf ? "silent" : "recording", deaf ? "bad" : ""); }
  }
  if (busy(s)) {
    const all = s.going.reduce((sum, item) => sum + item.blob.size, 0);
    const before = s.going.reduce((sum, item) => sum + (item.state === "waiting" || item === s.sending ? 0 : item.blob.size), 0);
    const share = all ? Math.floor((100 * (before + s.sent)) / all) : 0;
    s.$("progress").value = share;
    s.$(".share").textContent = share + "%";
  }
}

// recording

function ask(s, asked) { // recording again throws away what was not stored: only after one more question
  s.asked = asked;
  draw(s);
}

async function record(s) {
  s.asked = false;
  if (s.starting) return;
  s.starting = true;
  try {
    s.recording = await startRecording((blob) => {
      s.recording = null;
      s.items = [...s.items.filter((item) => item.state === "done"), { blob, state: "ready" }];
      tell(s, "listen_back");
    });
  } catch { tell(s, "no_microphone", "bad"); return; } finally { s.starting = false; }
  s.items = s.items.filter((item) => item.state === "done");
  s.heard = s.deaf = false;
  tell(s, "recording");
  if (!s.root) s.recording.stop();
}

// choosing and sending

function choose(s, files) {
  if (!files.length) return;
  s.items = [...s.items.filter((item) => item.state === "done"), ...files.map((blob) => ({ blob, state: "ready" }))];
  tell(s, files.length === 1 && isSound(files[0]) ? "chosen_sound" : "chosen");
}

async function sendAll(s) {
  s.going = s.items.filter((item) => item.state !== "done");
  s.going.forEach((item) => Object.assign(item, { state: "waiting", why: "" }));
  s.abort = new AbortController();
  for (const item of s.going) await sendOne(s, item);
  const cancelled = s.abort.signal.aborted;
  s.abort = s.sending = null;
  const bad = s.going.filter((item) => item.state !== "done");
  if (cancelled) tell(s, "cancelled");
  else if (!bad.length) tell(s, s.microphone ? "safe_more" : "safe", "good");
  else if (s.going.length === 1) { s.note = [bad[0].why, "bad"]; draw(s); }
  else tell(s, "some_failed", "bad", bad.length, s.going.length);
}

async function sendOne(s, item) {
  if (s.abort.signal.aborted) { item.state = "ready"; return; }
  Object.assign(s, { sending: item, sent: 0, state: "sending" });
  item.state = "sending";
  tell(s, "sending");
  const link = {
    ticket: () => s.ticket,
    renew: () => renew(s),
    signal: s.abort.signal,
    progress: (bytes) => { s.sent = bytes; tick(s); },
    state: (state) => { if (state !== s.state) { s.state = state; tell(s, state); } },
  };
  try {
    const { stored, refused } = await deliver(item, link);
    item.state = stored ? "done" : "failed";
    item.why = refused || "";
    if (stored) report(s, stored);
  } catch {
    item.state = "ready";
    forget(item, link);
  }
  s.sending = null;
  draw(s);
}

// telling the page: one thing per run, and again when the line to it was broken

function report(s, answer) {
  s.reports.push({ ...answer, at: Date.now() });
  if (s.reports.length === 1) next(s);
}

function next(s) {
  if (!s.reports.length || ![...kept.values()].includes(s)) return;
  const heard = () => { clearTimeout(again); s.reported = null; s.reports.shift(); next(s); };
  const again = setTimeout(() => { s.reported = null; next(s); }, 5000);
  if (!s.root || !connected()) return;
  s.reported = heard;
  s.trigger("given", s.reports[0]);
}

function connected() { // Streamlit drops what is reported while its own line is broken
  const app = document.querySelector("[data-test-connection-state]");
  return !app || app.getAttribute("data-test-connection-state") === "CONNECTED";
}

function renew(s) { // the ticket has run out: a run of the page brings another
  return new Promise((resolve) => {
    const clock = setTimeout(resolve, 15_000);
    s.renewed = () => { clearTimeout(clock); s.renewed = null; resolve(); };
    if (s.root) s.trigger("stale", Date.now());
  });
}
