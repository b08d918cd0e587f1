// One recording: start, pause, go on, stop. It is in memory until it was sent, second by second, so that a phone call or
// a microphone that is pulled out loses nothing. `stopped(blob)` is called once, however it ends.
const HEARD_DB = -55; // softer than this is a muted microphone, or nobody there

async function startRecording(stopped) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream);
  const parts = [];
  const ear = listenTo(stream);
  let spent = 0, since = performance.now();
  const running = () => (recorder.state === "recording" ? performance.now() - since : 0);
  const stop = () => { if (recorder.state !== "inactive") { spent += running(); recorder.stop(); } };
  recorder.ondataavailable = (e) => { if (e.data.size) parts.push(e.data); };
  recorder.onerror = stop;
  recorder.onstop = () => {
    stream.getTracks().forEach((track) => track.stop());
    ear.close();
    delete document.documentElement.dataset.recording;
    stopped(new Blob(parts, { type: recorder.mimeType }));
  };
  stream.getAudioTracks().forEach((track) => { track.onended = stop; });
  recorder.start(1000);
  document.documentElement.dataset.recording = ""; // nothing is read aloud into the microphone
  return {
    stop,
    level: ear.level,
    get paused() { return recorder.state === "paused"; },
    get seconds() { return Math.floor((spent + running()) / 1000); },
    toggle() {
      if (recorder.state === "recording") { spent += running(); recorder.pause(); }
      else if (recorder.state === "paused") { since = performance.now(); recorder.resume(); }
    },
  };
}

function listenTo(stream) { // how loud it is now, in dB below full scale; null when this browser cannot tell
  try {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 2048;
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    return {
      level() {
        analyser.getFloatTimeDomainData(samples);
        const power = samples.reduce((sum, s) => sum + s * s, 0) / samples.length;
        return power > 0 ? 10 * Math.log10(power) : -120;
      },
      close: () => context.close(),
    };
  } catch {
    return { level: () => null, close() {} };
  }
}
