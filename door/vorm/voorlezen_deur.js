// The button "Lees voor" on the door's own pages.
import { attach } from "./voorlezen.js";

const button = document.getElementById("voorlezen");
const { start, stop, noVoice, and, voice } = button.dataset;
attach({
  button, label: button.querySelector("span"), picture: button.querySelector("img"),
  note: button.parentElement.querySelector("p"), words: { start, stop, no_voice: noVoice, and },
  language: document.documentElement.lang, voice,
});
