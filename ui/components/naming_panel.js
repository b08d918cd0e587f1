// The small panel about one place: why it is marked, its sound, and what can be done with it. Its host `s` has `panel`,
// `data` (of Python), `at`, `everywhere` and `open`, and in `does` what happens: decide(mark, action, more), leave(),
// step(by), ask(mark), listen(mark), sounding(); undo() and redo() where the host has no buttons for these itself.
const markAt = (s, at) => at && s.data.marks.find((one) => one.start < at.end && at.start < one.end);
const named = (node, name) => { node.dataset.name = name; return node; };

function drawPanel(s) {
  const mark = markAt(s, s.at), w = s.data.words, active = s.panel.getRootNode().activeElement;
  const focus = s.panel.contains(active) ? active.dataset.name : null, typed = s.panel.querySelector("input[type=text]");
  const same = mark && typed && s.panelOf === mark.start;
  const draft = same && typed.value !== typed.dataset.was ? typed.value : null;
  s.panel.classList.toggle("idle", !mark);
  s.panelOf = mark ? mark.start : null;
  s.panel.replaceChildren(...(mark ? aboutMark(s, mark, draft) : legend(w)));
  if (focus) (s.panel.querySelector(`[data-name=${focus}]`) || s.panel.querySelector(".two button"))?.focus({ preventScroll: true });
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

function titled(s, said) {
  const title = make("", "h4"), close = named(button("x", "×", () => s.does.leave()), "close");
  close.setAttribute("aria-label", s.data.words.close);
  title.append(make("", "q", said), close);
  return title;
}

function aboutMark(s, mark, draft) {
  const w = s.data.words, parts = [];
  const head = make("head", "div");
  head.append(make("chip " + mark.kind, "span", w["state_" + mark.kind]));
  parts.push(titled(s, mark.said), head);
  parts.push(make("reason", "p", mark.reasons.join(" ")));
  if (mark.kind === "red" && mark.label) {
    const line = make("becomes", "p", w.becomes + " ");
    line.append(make("", "b", mark.label));
    parts.push(line);
  }
  if (mark.sound) {
    s.listen = named(button("listen quiet", "", () => s.does.listen(mark)), "listen");
    head.append(s.listen);
    showListen(s);
  }
  if (!s.data.edit) return [...parts, ways(s)];
  const two = make("two", "div");
  for (const [action, kind] of [["mask", "red"], ["keep", "kept"]]) {
    const one = named(button("", w[action], () => s.does.decide(mark, action)), action);
    one.setAttribute("aria-pressed", String(mark.kind === kind));
    two.append(one);
  }
  parts.push(two);
  if (mark.same > 1) {
    const label = make("everywhere", "label"), box = named(make("", "input"), "everywhere");
    box.type = "checkbox";
    box.checked = s.everywhere;
    box.onchange = () => { s.everywhere = box.checked; };
    label.append(box, make("", "span", w.everywhere.replace("{}", mark.same)));
    parts.push(label);
  }
  if (mark.kind === "red") parts.push(folded(s, "open", w.otherwise, [typeField(s, mark), ...whoField(s, mark), wordField(s, mark, draft)]));
  parts.push(...wordRow(s, mark));
  return [...parts, ways(s)];
}

// What is not asked for often. `key` remembers whether it is open.
function folded(s, key, text, inside) {
  const box = make("folded", "details");
  box.append(named(make("", "summary", text), key), ...inside);
  box.open = s[key] ?? (key === "open" && innerWidth > 820); // on a phone the text would be hidden behind it
  box.ontoggle = () => { s[key] = box.open; };
  return box;
}

// A place of several words: each may stay, or be hidden, by itself.
function wordRow(s, mark) {
  const chars = [...mark.said], pieces = [], w = s.data.words, kept = mark.kind === "kept";
  let at = 0;
  for (const part of mark.said.split(/(\s+)/)) {
    const { start, end } = lettersIn(chars, at, at + [...part].length);
    if (start < end) pieces.push({ start: mark.start + start, end: mark.start + end, text: chars.slice(start, end).join("") });
    at += [...part].length;
  }
  if (pieces.length < 2) return [];
  const row = make("ideas", "div");
  row.append(...pieces.map(({ start, end, text }, i) => named(button("", text, () => s.does.decide(mark, kept ? "mask" : "free", { start, end })), "part" + i)));
  return [folded(s, "parts", kept ? w.hide_word : w.smaller, [row])];
}

// The machine takes everybody with such a name for one person; an editor knows better.
function whoField(s, mark) {
  if (mark.person === null) return [];
  const w = s.data.words, field = make("entry", "label", w.who), list = named(make("", "select"), "who");
  const persons = new Map();
  for (const one of s.data.marks) if (one.person !== null && (!persons.has(one.person) || one === mark)) persons.set(one.person, one);
  for (const [text, value, is] of [...[...persons].map(([person, one]) => [`${one.said} · ${one.label}`, one.start, person === mark.person]), [w.who_else, -1]]) {
    const one = make("", "option", text);
    one.value = value;
    one.selected = Boolean(is);
    list.append(one);
  }
  list.onchange = () => s.does.decide(mark, "mask", { person: Number(list.value) });
  field.append(list);
  return [field];
}

function typeField(s, mark) {
  const field = make("entry", "label", s.data.words.type), list = named(make("", "select"), "type");
  for (const type of s.data.types) {
    const one = make("", "option", s.data.words["type_" + type]);
    one.value = type;
    one.selected = type === mark.type;
    list.append(one);
  }
  list.onchange = () => s.does.decide(mark, "mask", { type: list.value });
  field.append(list);
  return field;
}

function wordField(s, mark, draft) {
  const w = s.data.words, box = make("entry", "form"), id = "word";
  const label = make("", "label", w.replacement), line = make("with", "div"), input = named(make("", "input"), "word");
  input.type = "text";
  input.id = label.htmlFor = id;
  input.maxLength = s.data.longest;
  input.autocomplete = "off";
  input.placeholder = mark.label;
  input.dataset.was = mark.replacement;
  input.value = draft ?? mark.replacement;
  const save = named(button("", w.replacement_save), "save");
  save.type = "submit";
  line.append(input, save);
  const ideas = make("ideas", "div");
  const use = (text) => { input.dataset.was = input.value = text; s.does.decide(mark, "mask", { replacement: text }); };
  const known = s.data.ideas && s.data.ideas.start === mark.start ? s.data.ideas.words : null;
  if (known) known.forEach((text, at) => ideas.append(named(button("", text, () => use(text)), "idea" + at)));
  else ideas.append(named(button("", w.suggest, () => s.does.ask(mark)), "idea0"));
  if (mark.replacement) ideas.append(named(button("", w.replacement_none, () => use("")), "none"));
  box.append(label, line, ideas);
  box.onsubmit = (e) => { e.preventDefault(); use(input.value.trim()); };
  return box;
}

function ways(s) {
  const w = s.data.words, line = make("ways", "div");
  line.append(
    named(button("", "‹ " + w.previous, () => s.does.step(-1)), "previous"),
    named(button("", w.next + " ›", () => s.does.step(1)), "next"),
  );
  const both = make("", "div"), { undo, redo } = s.does, back = make("ways", "div");
  if (undo && s.data.edit) {
    const [take, again] = [named(button("", w.decision_undo, undo), "undo"), named(button("", w.redo, redo), "redo")];
    take.disabled = !s.data.undo;
    again.disabled = !s.data.redo;
    back.append(take, again);
  }
  both.append(line, undo ? back : make("short", "p", w.keys_short));
  return both;
}

function showListen(s) {
  if (!s.listen) return;
  const on = s.does.sounding();
  s.listen.textContent = s.data.words[on ? "stop" : "listen"];
  s.listen.setAttribute("aria-pressed", String(on));
}
