// The small panel about one place: why it is marked, its sound, and what can be done with it.
function drawPanel(s) {
  const mark = markAt(s, s.at), w = s.data.words, active = s.panel.getRootNode().activeElement;
  const focus = s.panel.contains(active) ? active.dataset.name : null, typed = s.panel.querySelector("input[type=text]");
  const same = mark && typed && s.panelOf === mark.start;
  const draft = same && typed.value !== typed.dataset.was ? typed.value : null;
  s.panel.classList.toggle("idle", !mark);
  s.panelOf = mark ? mark.start : null;
  s.panel.replaceChildren(...(mark ? aboutMark(s, mark, draft) : legend(w)));
  if (focus) (s.panel.querySelector(`[data-name=${focus}]`) || s.panel.querySelector("button"))?.focus({ preventScroll: true });
}

function legend(w) {
  const list = make("legend", "ul");
  for (const kind of ["red", "amber", "kept"]) {
    const line = make("", "li");
    line.append(make("mark " + kind, "span", w["legend_" + kind]), w[`legend_${kind}_does`]);
    list.append(line);
  }
  return [make("", "p", w.legend), list, make("more", "p", w.legend_add)];
}

function aboutMark(s, mark, draft) {
  const w = s.data.words, parts = [];
  const said = [...s.data.text].slice(mark.start, mark.end).join("");
  const name = (node, is) => { node.dataset.name = is; return node; };
  const title = make("", "h4");
  const close = name(button("x", "×", () => leavePanel(s)), "close");
  close.setAttribute("aria-label", w.close);
  title.append(make("", "q", said), close);
  const head = make("head", "div");
  head.append(make("chip " + mark.kind, "span", w["state_" + mark.kind]));
  parts.push(title, head);
  parts.push(make("reason", "p", mark.reasons.join(" ")));
  if (mark.kind === "red" && mark.label) {
    const line = make("becomes", "p", w.becomes + " ");
    line.append(make("", "b", mark.label));
    parts.push(line);
  }
  if (mark.sound) {
    s.listen = name(button("listen quiet", "", () => listen(s, mark)), "listen");
    head.append(s.listen);
    showSound(s);
  }
  if (!s.data.edit) return [...parts, ways(s, name)];
  const two = make("two", "div");
  for (const [action, kind] of [["mask", "red"], ["keep", "kept"]]) {
    const one = name(button("", w[action], () => decide(s, mark, action)), action);
    one.setAttribute("aria-pressed", String(mark.kind === kind));
    two.append(one);
  }
  parts.push(two);
  if (mark.same > 1) {
    const label = make("everywhere", "label"), box = name(make("", "input"), "everywhere");
    box.type = "checkbox";
    box.checked = s.everywhere;
    box.onchange = () => { s.everywhere = box.checked; };
    label.append(box, make("", "span", w.everywhere.replace("{}", mark.same)));
    parts.push(label);
  }
  if (mark.kind === "red") parts.push(otherwise(s, [typeField(s, mark, name), wordField(s, mark, draft, name)]));
  return [...parts, ways(s, name)];
}

// On a wide screen it is open; on a phone the text would be hidden behind it.
function otherwise(s, fields) {
  const box = make("other", "details");
  box.append(make("", "summary", s.data.words.otherwise), ...fields);
  box.open = s.open ?? innerWidth > 820;
  box.ontoggle = () => { s.open = box.open; };
  return box;
}

function typeField(s, mark, name) {
  const field = make("field", "label", s.data.words.type), list = name(make("", "select"), "type");
  for (const type of s.data.types) {
    const one = make("", "option", s.data.words["type_" + type]);
    one.value = type;
    one.selected = type === mark.type;
    list.append(one);
  }
  list.onchange = () => decide(s, mark, "mask", { type: list.value });
  field.append(list);
  return field;
}

function wordField(s, mark, draft, name) {
  const w = s.data.words, box = make("field", "form"), id = "word";
  const label = make("", "label", w.replacement), line = make("with", "div"), input = name(make("", "input"), "word");
  input.type = "text";
  input.id = label.htmlFor = id;
  input.maxLength = s.data.longest;
  input.autocomplete = "off";
  input.placeholder = mark.label;
  input.dataset.was = mark.replacement;
  input.value = draft ?? mark.replacement;
  const save = name(button("", w.replacement_save), "save");
  save.type = "submit";
  line.append(input, save);
  const ideas = make("ideas", "div");
  const use = (text) => { input.dataset.was = input.value = text; decide(s, mark, "mask", { replacement: text }); };
  const known = s.data.ideas && s.data.ideas.start === mark.start ? s.data.ideas.words : null;
  if (known) known.forEach((text, at) => ideas.append(name(button("", text, () => use(text)), "idea" + at)));
  else ideas.append(name(button("", w.suggest, () => send(s, "suggest", { start: mark.start, end: mark.end })), "idea0"));
  if (mark.replacement) ideas.append(name(button("", w.replacement_none, () => use("")), "none"));
  box.append(label, line, ideas);
  box.onsubmit = (e) => { e.preventDefault(); use(input.value.trim()); };
  return box;
}

function ways(s, name) {
  const w = s.data.words, line = make("ways", "div");
  line.append(
    name(button("", "‹ " + w.previous, () => step(s, -1)), "previous"),
    name(button("", w.next + " ›", () => step(s, 1)), "next"),
  );
  return line;
}

// the sound of a place

function listen(s, mark) {
  const { audio } = s;
  if (!audio.paused) { audio.pause(); return; }
  if (audio.getAttribute("src") !== s.data.sound) audio.src = s.data.sound;
  s.until = mark.sound[1] / 1000;
  audio.currentTime = mark.sound[0] / 1000;
  audio.play().catch(() => tell(s, s.data.words.no_sound));
}

function showSound(s) {
  if (!s.listen) return;
  const on = !s.audio.paused;
  s.listen.textContent = s.data.words[on ? "stop" : "listen"];
  s.listen.setAttribute("aria-pressed", String(on));
}

function sound(s) {
  const { audio } = s;
  audio.preload = "metadata";
  audio.onplay = audio.onpause = () => showSound(s);
  audio.ontimeupdate = () => { if (audio.currentTime >= s.until) audio.pause(); };
  audio.onerror = () => tell(s, s.data.words.no_sound);
}
