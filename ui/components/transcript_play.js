// The sound: playing, the word that is said now, following it, and what was really heard.
const SEND_EVERY_MS = 10_000, SHORTEST_MS = 50, SLACK_S = 0.35, FASTEST = 2, STEP_S = 2;

function sound(s, url) {
  if (s.url === url) return; // playback survives that the page is drawn again
  s.url = url;
  const { audio } = s;
  audio.preload = "metadata";
  audio.src = url;
  audio.onplay = () => { s.part = null; s.bad = false; s.reported = performance.now(); showSound(s); run(s); };
  audio.onpause = () => { tick(s); s.part = null; showSound(s); report(s); };
  audio.onended = () => { tick(s); s.part = null; report(s); };
  audio.onseeking = () => { s.part = null; };
  audio.ontimeupdate = () => tick(s);
  audio.ondurationchange = audio.onratechange = () => showSound(s);
  audio.onerror = () => { s.bad = true; s.part = null; showSound(s); };
}

function run(s) {
  cancelAnimationFrame(s.frame);
  s.frame = requestAnimationFrame(() => { if (!s.audio.paused) { tick(s); run(s); } });
}

function tick(s) {
  const at = s.audio.currentTime, wall = performance.now();
  heard(s, at, wall);
  if (!s.root) return;
  if (Math.floor(at) !== s.second) showPlace(s);
  mark(s, at * 1000);
  if (wall - s.reported > SEND_EVERY_MS && !s.audio.paused) report(s);
}

// A part grows only by what the clock on the wall allows too: a jump begins another part.
function heard(s, at, wall) {
  const { audio } = s, part = s.part;
  if (audio.seeking || audio.playbackRate > FASTEST || audio.muted) { s.part = null; return; }
  if (part && at >= part.to && at - part.to <= ((wall - part.wall) / 1000) * audio.playbackRate * 1.2 + SLACK_S) {
    part.to = at;
    part.wall = wall;
  } else if (!audio.paused && !audio.ended) {
    s.part = { from: at, to: at, wall };
    s.parts.push(s.part);
  }
}

function report(s) {
  const spans = s.parts.map((part) => [Math.ceil(part.from * 1000), Math.floor(part.to * 1000)]).filter(([a, b]) => b - a >= SHORTEST_MS);
  s.reported = performance.now();
  if (s.part) { s.part = { ...s.part, from: s.part.to }; s.parts = [s.part]; } else s.parts = [];
  if (spans.length) heardSpans(s, spans);
}

// The word that is said now. Nothing is measured or searched while it stays the same.
function mark(s, ms) {
  if (s.now && ms >= s.now.start && ms < s.now.until) return;
  const found = wordAt(s, ms), [row, word] = s.where[found] || [null, -1];
  const before = s.now;
  if (before) before.row.words?.[before.word]?.classList.remove("now");
  if (!row) { before?.row.node.classList.remove("playing"); s.now = null; return; }
  s.now = { row, word, start: s.starts[found], until: found + 1 < s.starts.length ? s.starts[found + 1] : Infinity };
  row.words?.[word]?.classList.add("now");
  if (before?.row === row) return;
  before?.row.node.classList.remove("playing");
  row.node.classList.add("playing");
  if (!s.audio.paused) keepUp(s);
}

function keepUp(s) {
  if (!s.now || !s.follow || s.away || s.field || s.root.classList.contains("deciding")) return;
  bring(s, s.now.row, inView(s, s.now.row, 0.7) ? "nearest" : "middle");
}

function inView(s, row, share = 1) {
  const seen = view(s), line = row.node.getBoundingClientRect();
  return line.bottom > seen.top && line.top < seen.top + (seen.bottom - seen.top) * share;
}

// The reader scrolled: the text is left where it is until the voice comes by again, or is asked for.
function scrolled(s) {
  if (!s.now || Math.abs(s.scroller.scrollTop - s.ownTop) < 2) return; // not the reader, but us
  s.away = !inView(s, s.now.row);
  showAway(s);
}

function showAway(s) {
  s.$(".return").hidden = !(s.away && s.follow && !s.audio.paused);
}

function follow(s, on) {
  s.follow = on;
  s.away = false;
  if (on) keepUp(s);
  showAway(s);
}

// moving

function toggle(s) {
  if (s.audio.paused) s.audio.play().catch(() => { s.bad = true; showSound(s); }); else s.audio.pause();
}

function seek(s, ms) {
  tick(s);
  s.part = null;
  s.audio.currentTime = Math.max(0, ms / 1000 + 0.001);
  showPlace(s);
  mark(s, ms);
}

const jump = (s, seconds) => seek(s, Math.min(s.audio.currentTime + seconds, duration(s) / 1000 || Infinity) * 1000);

function duration(s) {
  const known = s.audio.duration;
  if (known && isFinite(known)) return known * 1000;
  return s.rows.length ? s.rows[s.rows.length - 1].line.end : 0;
}

// what the bar shows

function showSound(s) {
  if (!s.root) return;
  const on = !s.audio.paused, play = s.$(".play");
  play.classList.toggle("on", on);
  if (play.getAttribute("aria-label") !== s.words[on ? "pause" : "play"]) {
    play.setAttribute("aria-label", s.words[on ? "pause" : "play"]);
    play.title = s.words[on ? "pause" : "play"];
  }
  s.$(".place").max = Math.ceil(duration(s) / 1000);
  showPlace(s);
  showAway(s);
  if (s.bad) tell(s, s.words.no_sound);
}

function showPlace(s) {
  const at = s.audio.currentTime;
  s.second = Math.floor(at);
  const text = clock(at * 1000) + " / " + clock(duration(s));
  s.$(".clock").textContent = text;
  if (s.sliding) return;
  s.$(".place").value = s.second;
  s.$(".place").setAttribute("aria-valuetext", s.words.position_of.replace("{}", clock(at * 1000)).replace("{}", clock(duration(s))));
}
