// One thing at a time goes to the server; the next waits for the answer, and goes with the revision of that answer.
const AGAIN_MS = 15_000, IDLE_MS = 60_000, TELL_S = 30, MOST_S = 600;

const fresh = () => [...crypto.getRandomValues(new Uint8Array(8))].map((one) => one.toString(16).padStart(2, "0")).join("");

function send(s, action, more = {}) {
  s.queue.push({ action, ...more });
  pump(s);
}

function pump(s) {
  if (s.sent || !s.queue.length) return;
  s.sent = { number: fresh(), revision: s.data.revision, seconds: takeSeconds(s), ...s.queue.shift() };
  post(s);
}

function post(s) {
  clearTimeout(s.again);
  s.again = setTimeout(() => { if (s.sent) post(s); }, AGAIN_MS); // the line was broken: Python takes each number once
  s.trigger("touched", { ...s.sent });
}

function answered(s) {
  if (!s.sent || s.data.answered !== s.sent.number) return;
  clearTimeout(s.again);
  s.sent = null;
  pump(s);
}

// Seconds in which somebody really looks: the page is seen, and something was done less than a minute ago.
function tick(s) {
  const now = performance.now();
  if (!s.audio.paused) s.active = now;
  if (s.root?.isConnected && s.root.getClientRects().length && !document.hidden && now - s.active < IDLE_MS) s.seconds += 1;
  const typing = s.root?.getRootNode().activeElement?.matches("input, select");
  if (s.seconds >= TELL_S && !s.sent && !typing && !s.pending) send(s, "spent");
}

function takeSeconds(s) {
  const seconds = Math.min(s.seconds, MOST_S);
  s.seconds = 0;
  return seconds;
}
