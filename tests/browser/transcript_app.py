"""The real door and the real transcript component, with a story of practice and almost nothing around them.

`?verhaal=broodtrommel` (a practice recording, with some doubt put into it) or `?verhaal=uur` (9,000 words, 60 minutes);
`&weiger=ja` refuses every change, `&traag=1` lets every change take a second,
`&beweegt=2` lets the machine store something twice before the first change, `&lezer=ja` may not change anything, and
`&kaal=ja` shows the same words as plain spans, to compare with. Started by `running_app(..., script=...)`.
"""

from __future__ import annotations

import json
import sys
import time
import wave
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route
from streamlit import runtime

from app import keep_private, streamlit_options
from door.house import open_house, stand
from door.security import Doorkeeper
from stories.settings import Settings
from ui.components.transcript import Doc, Line, Touched, packed, transcript

RECORDINGS = Path(__file__).resolve().parents[2] / "examples" / "recordings"
WORDS, MINUTES, RATE = 9_000, 60, 8_000


def main() -> None:
    keep_private()
    settings = Settings()
    house = open_house(settings)
    stand(house)
    sound = Route("/geluid/{name}/audio", heard, methods=["GET"])
    st.App(__file__, routes=[sound], middleware=[Middleware(Doorkeeper, house=house, pages=[])]).run(
        config=streamlit_options(settings)
    )


def heard(request: Request) -> FileResponse:
    """The practice recording, or an hour of soft noise; with Range, as the real route."""
    if request.path_params["name"] != "uur":
        return FileResponse(RECORDINGS / "broodtrommel.m4a", media_type="audio/mp4")
    path = Path(Settings().data_dir) / "uur.wav"
    if not path.is_file():
        noise = np.random.default_rng(0).integers(120, 136, RATE * 60, dtype=np.uint8).tobytes()
        with wave.open(str(path), "wb") as out:
            out.setparams((1, 1, RATE, 0, "NONE", ""))
            for _ in range(MINUTES):
                out.writeframes(noise)
    return FileResponse(path, media_type="audio/wav")


def said(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))
    return rows


def lines_of(rows: list[dict[str, Any]], confidence: Any) -> list[Line]:
    lines = []
    for index, row in enumerate(rows):
        text, words = "", []
        for word in row["words"]:
            text += " " * bool(text)
            end = len(text) + len(word["text"])
            words.append((word["start_ms"], word["end_ms"], len(text), end, confidence()))
            text += word["text"]
        lines.append(Line(index, row["start_ms"], row["end_ms"], text, tuple(words), row["speaker"]))
    return lines


def an_hour() -> Doc:
    """The practice stories again and again, stretched to an hour, with the confidence of a real engine's draft."""
    dice = np.random.default_rng(1)
    rows = [row for name in ("broodtrommel", "bushokje", "deurbel", "hardop") for row in said(name)]
    chosen: list[dict[str, Any]] = []
    count = 0
    while count < WORDS:
        row = rows[len(chosen) % len(rows)]
        chosen.append(row)
        count += len(row["words"])
    step = MINUTES * 60_000 // count
    at, spread = 0, []
    for number, row in enumerate(chosen):
        begin, words = at, []
        for word in row["words"]:
            words.append({"text": word["text"], "start_ms": at, "end_ms": at + step - 60})
            at += step
        spread.append({"speaker": "AB"[number % 7 > 1], "start_ms": begin, "end_ms": at - 60, "words": words})
    lines = lines_of(spread, lambda: float(1 - dice.beta(1.1, 8)))
    lines = [replace(line, heard=line.index < 40, unsure=line.index % 90 == 50) for line in lines]
    flagged = (("loop", "herhaling: dit staat er vaker dan het klonk"),)
    lines = [replace(line, flags=flagged) if line.index % 45 == 5 else line for line in lines]
    names = tuple((line.index, *line.words[1][2:4], "amber") for line in lines[::9] if len(line.words) > 2)
    return Doc("/geluid/uur/audio", tuple(lines), ("A", "B"), 1, True, True, names)


def practice() -> Doc:
    """The practice recording, with doubts: an unsure line, a flag, what the final pass heard, names, low confidence."""
    lines = lines_of(said("broodtrommel"), lambda: 0.97)
    low = [
        (a, b, c, d, 0.42 if at == 3 else 0.62 if at == 5 else p) for at, (a, b, c, d, p) in enumerate(lines[1].words)
    ]
    lines[1] = replace(lines[1], words=tuple(low))
    lines[3] = replace(lines[3], unsure=True, flags=(("loop", "herhaling: dit staat er vaker dan het klonk"),))
    lines[4] = replace(lines[4], other="Dat hoorde de tweede keer.")
    lines[5] = replace(lines[5], heard=True)
    names = ((0, *lines[0].words[2][2:4], "red"), (1, *lines[1].words[8][2:4], "amber"))
    return Doc("/geluid/broodtrommel/audio", tuple(lines), ("A", "B"), 1, True, True, names)


def changed(doc: Doc, done: Touched) -> Doc:
    """What a desk would make of it, roughly."""
    lines, at = list(doc.lines), done.index
    match done.action:
        case "retype":
            assert at is not None and done.text is not None
            lines[at] = retyped(lines[at], done.text)
        case "empty":
            assert at is not None
            lines[at] = replace(lines[at], text="", words=(), flags=(), unsure=False)
        case "confirm":
            assert at is not None
            lines[at] = replace(lines[at], flags=(), unsure=False)
        case "take_other" | "keep_own":
            assert at is not None
            taken = lines[at].other if done.action == "take_other" else None
            lines[at] = replace(retyped(lines[at], taken or lines[at].text), other=None)
        case "split":
            assert at is not None and done.word is not None
            whole = lines[at]
            cut = whole.words[done.word]
            first = replace(whole, text=whole.text[: cut[2]].strip(), words=whole.words[: done.word], end_ms=cut[0])
            rest = tuple((a, b, c - cut[2], d - cut[2], p) for a, b, c, d, p in whole.words[done.word :])
            lines[at : at + 1] = [first, replace(whole, text=whole.text[cut[2] :], words=rest, start_ms=cut[0])]
        case "merge":
            assert at is not None
            one, two = lines[at], lines[at + 1]
            skip = len(one.text) + 1
            words = one.words + tuple((a, b, c + skip, d + skip, p) for a, b, c, d, p in two.words)
            lines[at : at + 2] = [replace(one, text=f"{one.text} {two.text}", words=words, end_ms=two.end_ms)]
        case "speaker":
            lines = [replace(line, speaker=done.name) if line.index in done.indices else line for line in lines]
        case "name_speaker":
            lines = [replace(line, speaker=done.new) if line.speaker == done.old else line for line in lines]
        case "swap":
            other = {"A": "B", "B": "A"}
            lines = [replace(line, speaker=other.get(line.speaker or "", line.speaker)) for line in lines]
        case "heard":
            return replace(doc, lines=tuple(replace(line, heard=line.heard or covers(done, line)) for line in lines))
    lines = [replace(line, index=index) for index, line in enumerate(lines)]
    names = tuple(mark for mark in doc.names if mark[0] != at and mark[0] < len(lines))
    speakers = tuple(dict.fromkeys(line.speaker for line in lines if line.speaker))
    return replace(doc, lines=tuple(lines), names=names, speakers=speakers, revision=doc.revision + 1)


def retyped(line: Line, text: str) -> Line:
    parts, words, at = text.split(), [], 0
    step = (line.end_ms - line.start_ms) // max(len(parts), 1)
    for number, part in enumerate(parts):
        at = text.index(part, at)
        begin = line.start_ms + number * step
        words.append((begin, begin + step, at, at + len(part), 1.0))
        at += len(part)
    return replace(line, text=text, words=tuple(words), unsure=False, flags=())


def covers(done: Touched, line: Line) -> bool:
    return any(a <= line.start_ms + 150 and line.end_ms - 150 <= b for a, b in done.spans)


def draw() -> None:
    asked = st.query_params
    state = st.session_state
    state["runs"] = state.get("runs", 0) + 1
    if "doc" not in state:
        doc = an_hour() if asked.get("verhaal") == "uur" else practice()
        state["doc"] = replace(doc, may_edit=asked.get("lezer") != "ja")
        state["got"], state["before"], state["moving"] = [], [], int(asked.get("beweegt", "0"))
    doc = state["doc"]
    st.button("Nog een keer tekenen")
    if st.button("Verander regel 1"):  # as another editor would
        state["doc"] = doc = changed(doc, Touched("retype", doc.revision, index=0, text="Iemand anders was hier."))
    if st.checkbox("Schuif"):
        st.text("Nu staat er iets boven.")
    st.text(f"getekend: {state['runs']}")
    if asked.get("kaal") == "ja":
        bare(doc)
        return
    done = transcript(doc, key="uitgeschreven")
    if done is not None:
        state["got"].append(json.dumps({k: v for k in done.__slots__ if (v := getattr(done, k)) not in (None, ())}))
        time.sleep(float(asked.get("traag", "0")))
        if done.action == "undo":
            state["doc"] = replace(state["before"].pop(), revision=doc.revision + 1) if state["before"] else doc
        elif state["moving"] > 0:  # as when the machine stored something in between
            state["moving"] -= 1
            state["doc"] = replace(doc, revision=doc.revision + 1)
        elif done.revision == doc.revision and (asked.get("weiger") != "ja" or done.action == "heard"):
            state["before"].append(doc)
            state["doc"] = changed(doc, done)
        st.rerun()
    for number, one in enumerate(state["got"]):
        st.text(f"gekregen {number}: {one}")


def bare(doc: Doc) -> None:
    """The same words with nothing thought about: one span each, all made anew in every run."""
    component = st.components.v2.component(
        "vertelpunt.kaal",
        html="<div class='kaal'></div>",
        js="""export default function ({ data, parentElement, setTriggerValue }) {
          const box = parentElement.querySelector(".kaal");
          box.replaceChildren();
          for (const [, , , text] of data.lines) {
            const line = document.createElement("p");
            for (const part of text.split(" ")) {
              const word = document.createElement("span");
              word.className = "word";
              word.tabIndex = 0;
              word.textContent = part + " ";
              word.onclick = () => {
                box.querySelectorAll(".now").forEach((one) => one.classList.remove("now"));
                word.classList.add("now");
              };
              line.appendChild(word);
            }
            box.appendChild(line);
          }
        }""",
    )
    component(key="kaal", data=packed(doc), on_touched_change=lambda: None)


if __name__ == "__main__":
    if runtime.exists():
        draw()
    else:
        main()
