// Playback survives reruns: the source is set only when it changes.
export default function ({ data, parentElement }) {
  const audio = parentElement.querySelector("audio");
  audio.setAttribute("aria-label", data.label);
  if (audio.getAttribute("src") !== data.src) audio.setAttribute("src", data.src);
}
