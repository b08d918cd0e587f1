// Record or choose, listen back, send. What is not yet stored stays here and can be sent again.
export default function ({ data, parentElement, setTriggerValue }) {
  const $ = (name) => parentElement.querySelector(name);
  const say = (name, ...values) => values.reduce((t, v) => t.replace("{}", v), data.words[name]);
  const root = $(".giver");
  root.ticket = data.ticket; // a fresh ticket per rerun; the rest is set up once
  if (root.ready) return;
  root.ready = true;
  const record = $(".record"), pause = $(".pause"), clock = $(".clock"), back = $(".back"), send = $(".send");
  const bar = $("progress"), note = $(".note"), file = $(".file"), input = $(".file input");
  let recorder = null, parts = [], blob = null, seconds = 0, timer = null;

  const tell = (text, kind = "") => { note.textContent = text; note.className = "note " + kind; };
  const offer = (what) => {
    blob = what;
    back.src = URL.createObjectURL(what);
    back.hidden = false;
    send.hidden = false;
    send.disabled = false;
  };
  record.textContent = say("record");
  pause.textContent = say("pause");
  send.textContent = say("send");
  $(".choose").textContent = say("choose");
  $(".mic").hidden = !data.microphone;
  file.hidden = data.microphone;
  input.accept = data.accept;

  const tick = () => { seconds += 1; clock.textContent = Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0"); };
  const start = async () => {
    let stream;
    try { stream = await navigator.mediaDevices.getUserMedia({ audio: true }); }
    catch { tell(say("no_microphone"), "bad"); return; }
    parts = []; seconds = 0; clock.textContent = "0:00";
    recorder = new MediaRecorder(stream);
    recorder.ondataavailable = (e) => { if (e.data.size) parts.push(e.data); };
    recorder.onstop = () => {
      stream.getTracks().forEach((t) => t.stop());
      clearInterval(timer);
      record.textContent = say("again"); record.classList.remove("on"); pause.hidden = true;
      offer(new Blob(parts, { type: recorder.mimeType }));
      tell(say("listen_back"));
    };
    recorder.start(1000);
    timer = setInterval(() => { if (recorder.state === "recording") tick(); }, 1000);
    record.textContent = say("stop"); record.classList.add("on");
    pause.hidden = clock.hidden = false; back.hidden = send.hidden = true;
    tell(say("recording"));
  };
  record.onclick = () => { if (recorder && recorder.state !== "inactive") recorder.stop(); else start(); };
  pause.onclick = () => {
    if (recorder.state === "recording") { recorder.pause(); pause.textContent = say("go_on"); }
    else { recorder.resume(); pause.textContent = say("pause"); }
  };
  input.onchange = () => { if (input.files[0]) { offer(input.files[0]); tell(say("chosen")); } };

  send.onclick = () => {
    send.disabled = true; bar.hidden = false; bar.value = 0;
    tell(say("sending"));
    const request = new XMLHttpRequest();
    request.open("POST", "/opname");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-Vertelpunt-Bewijs", root.ticket);
    request.upload.onprogress = (e) => { if (e.lengthComputable) bar.value = 100 * e.loaded / e.total; };
    request.upload.onload = () => tell(say("checking"));
    request.onerror = () => { send.disabled = false; tell(say("offline"), "bad"); };
    request.onload = () => {
      bar.hidden = true;
      let answer = null;
      try { answer = JSON.parse(request.responseText); } catch { /* a proxy's error page: no JSON */ }
      if (answer && answer.ok) {
        send.hidden = true;
        tell(say("safe"), "good");
        setTriggerValue("given", { duration_ms: answer.duration_ms, at: Date.now() });
      } else {
        send.disabled = false;
        tell(answer ? answer.message : say("offline"), "bad");
      }
    };
    request.send(blob);
  };
}
