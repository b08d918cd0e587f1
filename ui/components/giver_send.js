// Sending one file by parts, for as long as it takes: what arrived is never sent again, a lost answer is asked for.
// `link` is how it talks back: ticket(), renew() -> Promise, progress(bytes), state("sending" | "waiting" | "checking"),
// signal (an AbortSignal). Resolves to {stored: answer} or {refused: sentence}; rejects when it was cancelled.
const DOORS = "/opname/";
const STALL_MS = 60_000; // no sign of life in this time: the line is dead, whatever the browser thinks
const LONGEST_WAIT_MS = 30_000;

function knock(door, headers, body, link, moved) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch does not tell how much was sent
    let clock = null;
    const alive = () => { clearTimeout(clock); clock = setTimeout(() => request.abort(), STALL_MS); };
    const cut = () => request.abort();
    const done = () => {
      clearTimeout(clock);
      window.removeEventListener("offline", cut);
      link.signal.removeEventListener("abort", cut);
      if (link.signal.aborted) { reject(new Error("cancelled")); return; }
      let said = null;
      try { said = JSON.parse(request.responseText); } catch { /* no answer, or a proxy's own page */ }
      resolve({ status: request.status, said });
    };
    request.open("POST", DOORS + door);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-Vertelpunt-Bewijs", link.ticket());
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader("X-Vertelpunt-" + name, String(value));
    request.upload.onprogress = (e) => { alive(); moved(e.loaded); };
    request.upload.onload = alive;
    request.onloadend = done; // also after an error or an abort: then there is no answer
    link.signal.addEventListener("abort", cut);
    window.addEventListener("offline", cut); // do not wait until the dead line is noticed
    alive();
    request.send(body);
  });
}

function pause(ms, link) {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(clock);
      window.removeEventListener("online", go);
      link.signal.removeEventListener("abort", go);
      resolve();
    };
    const clock = setTimeout(go, ms);
    window.addEventListener("online", go); // back online: go on at once
    link.signal.addEventListener("abort", go);
  });
}

async function deliver(item, link) {
  const size = item.blob.size;
  let at = 0, unsure = Boolean(item.upload), failures = 0, begun = 0, renewed = 0;
  for (;;) {
    if (link.signal.aborted) throw new Error("cancelled");
    const whole = at >= size && item.upload;
    link.state(failures ? "waiting" : whole ? "checking" : "sending");
    const name = { Upload: item.upload };
    const { status, said } = !item.upload
      ? await knock("begin", { Grootte: size }, null, link, () => {})
      : unsure || whole
        ? await knock("waar", name, null, link, () => {})
        : await knock("deel", { ...name, Vanaf: at }, item.blob.slice(at, at + item.part), link, (sent) => {
            if (at + sent >= size) link.state("checking");
            link.progress(Math.min(at + sent, size));
          });
    if (said && said.ok && said.upload) {
      item.upload = said.upload; item.part = said.part_bytes;
      at = 0; failures = 0;
    } else if (said && Number.isInteger(said.at)) { // so far, or 409: from there
      if (said.ok && at >= size && said.at >= size) await pause(1000, link); // still being checked
      at = said.at; unsure = false; failures = 0;
      link.progress(at);
    } else if (said && said.ok) {
      return { stored: said };
    } else if (status === 404 && said && begun < 5) { // the server does not know it (any more): anew
      begun += 1; item.upload = null; at = 0; unsure = false; link.progress(0);
    } else if (status === 401 && said && renewed < 2) {
      renewed += 1;
      await link.renew();
    } else if (said && said.message && !said.wait_s) {
      return { refused: said.message };
    } else { // no line, no answer, or "come back later"
      unsure = Boolean(item.upload);
      const wait = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** failures) * (0.75 + Math.random() / 2);
      failures += 1;
      link.state("waiting");
      await pause(Math.max(wait, 1000 * ((said && said.wait_s) || 0)), link);
    }
  }
}

function forget(item, link) { // cancelled: the server need not keep it for two hours
  if (!item.upload) return;
  const quiet = { ...link, signal: new AbortController().signal };
  knock("weg", { Upload: item.upload }, null, quiet, () => {}).catch(() => {});
  item.upload = null;
}
