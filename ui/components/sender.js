// Files, each with a ticket of its own: chosen together, sent one after the other with `deliver` (giver_send.js). How
// many there are is told to the page first (`wanted`), because a ticket is for one case. File names stay in the browser.
const kept = new Map(); // what is being sent goes on when Streamlit draws everything anew
const NO_TICKETS_MS = 20_000;

window.addEventListener("beforeunload", (e) => {
  if ([...kept.values()].some((s) => s.busy)) { e.preventDefault(); e.returnValue = true; }
});

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".sender");
  const s = kept.get(data.name) || { items: [], order: 0, busy: false, state: "", sent: 0, note: ["", ""] };
  kept.set(data.name, s);
  Object.assign(s, { words: data.words, most: data.most, tickets: data.tickets, cases: data.cases, ordered: data.order, trigger: setTriggerValue });
  s.renewed?.();
  if (s.root !== root) mount(s, root, data);
  if (s.order && s.ordered === s.order) s.arrived?.();
  draw(s);
  return () => { if (s.root === root) s.root = null; };
}

function mount(s, root, data) {
  const $ = (name) => root.querySelector(name);
  Object.assign(s, { root, $ });
  $(".file input").accept = data.accept;
  $(".file input").multiple = data.most > 1;
  $(".file input").onchange = (e) => { choose(s, [...e.target.files]); e.target.value = ""; };
  $(".send").onclick = () => send(s);
}

const say = (s, name, ...values) => values.reduce((text, value) => text.replace("{}", value), s.words[name]);
const one = (s) => (s.most > 1 ? "" : "_one");
const open = (s) => s.items.filter((item) => item.state !== "done");

function choose(s, files) {
  if (!files.length || s.busy) return;
  if (files.length > s.most) { s.note = [say(s, "too_many", s.most), "bad"]; draw(s); return; }
  s.items = files.map((blob, number) => ({ blob, number, state: "ready" }));
  s.order = 0; // other files are other cases
  s.note = [say(s, "chosen", files.length), ""];
  draw(s);
}

async function send(s) {
  s.busy = true;
  s.note = [say(s, "stay"), ""];
  draw(s);
  if (s.most > 1 && !(await tickets(s))) { s.busy = false; s.note = [say(s, "offline"), "bad"]; draw(s); return; }
  for (const item of open(s)) await sendOne(s, item);
  s.busy = false;
  const failed = open(s).length;
  s.note = failed ? [say(s, "some_failed", failed), "bad"] : [say(s, "finished"), "good"];
  draw(s);
  s.trigger("sent", { done: s.items.length - failed, failed, at: Date.now() });
}

function tickets(s) { // asked for once per choice: sending again what failed goes to the same cases
  if (s.order && s.ordered === s.order) return Promise.resolve(true);
  return new Promise((resolve) => {
    const clock = setTimeout(() => { s.arrived = null; resolve(false); }, NO_TICKETS_MS);
    s.arrived = () => { clearTimeout(clock); s.arrived = null; resolve(true); };
    s.order = s.order || Date.now();
    s.trigger("wanted", { count: s.items.length, order: s.order });
  });
}

async function sendOne(s, item) {
  Object.assign(item, { state: "sending", why: "" });
  s.sent = 0;
  const link = {
    ticket: () => s.tickets[s.most > 1 ? item.number : 0],
    renew: () => renew(s),
    signal: new AbortController().signal,
    progress: (bytes) => { s.sent = bytes; item.share = Math.floor((100 * bytes) / item.blob.size); draw(s); },
    state: (state) => { item.how = state; draw(s); },
  };
  const { stored, refused } = await deliver(item, link);
  item.state = stored ? "done" : "failed";
  item.why = refused || "";
  item.length = stored && stored.duration_ms;
  item.case = stored && s.cases[item.number];
  if (refused) item.upload = null; // another file has to come
  draw(s);
}

function renew(s) { // the ticket has run out: a run of the page brings another
  return new Promise((resolve) => {
    const clock = setTimeout(resolve, 15_000);
    s.renewed = () => { clearTimeout(clock); s.renewed = null; resolve(); };
    s.trigger("stale", Date.now());
  });
}

const counted = (ms) => Math.floor(ms / 60000) + ":" + String(Math.floor(ms / 1000) % 60).padStart(2, "0");

function how(s, item) {
  if (item.state === "done") {
    const safe = item.length ? say(s, "safe_length", counted(item.length)) : say(s, "safe");
    return item.case ? safe + " · " + say(s, "case", item.case) : safe;
  }
  if (item.state === "failed") return say(s, "failed", item.why);
  if (item.state !== "sending") return say(s, "waiting");
  if (item.how === "waiting") return say(s, "offline");
  return item.how === "checking" ? say(s, "checking") : say(s, "sending", item.share || 0);
}

function draw(s) {
  if (!s.root) return;
  const $ = s.$, left = open(s), failed = left.some((item) => item.state === "failed");
  $(".choose").textContent = say(s, "choose" + one(s));
  $(".file").hidden = s.busy;
  $(".send").hidden = s.busy || !left.length;
  $(".send").textContent = failed ? say(s, "again") : say(s, "send" + one(s));
  const all = s.items.reduce((sum, item) => sum + item.blob.size, 0) || 1;
  const done = s.items.reduce((sum, item) => sum + (item.state === "done" ? item.blob.size : 0), 0);
  $("progress").hidden = !s.busy;
  $("progress").value = Math.floor((100 * (done + s.sent)) / all);
  $("progress").setAttribute("aria-label", say(s, "progress"));
  $(".list").hidden = !s.items.length;
  $(".list").replaceChildren(...s.items.map((item) => {
    const line = document.createElement("li"), word = document.createElement("span");
    line.className = item.state;
    line.textContent = item.blob.name || "";
    word.className = "how";
    word.textContent = how(s, item);
    line.appendChild(word);
    return line;
  }));
  $(".note").textContent = s.note[0];
  $(".note").className = "note " + s.note[1];
}
