// Playback survives reruns: the source is set only when it changes. Once all of it was played, Python is told, once.
export default function ({ data, parentElement, setTriggerValue }) {
  const audio = parentElement.querySelector("audio");
  audio.setAttribute("aria-label", data.label);
  if (audio.getAttribute("src") !== data.src) audio.setAttribute("src", data.src);
  const slack = () => Math.min(1, 0.1 + audio.duration / 20); // of a short sound nearly all of it
  const told = () => {
    let played = 0;
    for (let i = 0; i < audio.played.length; i++) played += audio.played.end(i) - audio.played.start(i);
    if (!data.watch || audio.dataset.told === data.src || !audio.duration || played < audio.duration - slack()) return;
    audio.dataset.told = data.src;
    setTriggerValue("whole", data.src);
  };
  audio.ontimeupdate = audio.onended = told;
}
