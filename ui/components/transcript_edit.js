// Changing a line: the field that takes its place, the buttons that belong to it, and who speaks.
const edited = (s) => clean(s.field.node.value) !== clean(s.field.before);

function edit(s, row, caret) {
  if (!mayChange(s, row) || s.field?.row === row) return;
  leaveField(s, true);
  const node = make("field", "textarea"), before = shownText(row);
  node.value = before;
  node.rows = 1;
  node.maxLength = s.longest[0];
  node.setAttribute("aria-label", s.words.edit_label.replace("{}", row.at + 1));
  node.placeholder = s.words.edit_hint;
  node.oninput = () => {
    if (/\n/.test(node.value)) node.value = node.value.replace(/\s*\n\s*/g, " "); // a line is one line, also when pasted
    grow(node);
  };
  node.onblur = () => { if (document.hasFocus() && !s.drawing) leaveField(s, true); };
  row.field = node;
  s.field = { row, node, before, base: clean(underWay(row) ? row.draft.text : row.line.text) };
  s.panel = false;
  beAt(s, row, -1);
  placeField(row);
  grow(node);
  node.focus({ preventScroll: true });
  const at = caret ?? node.value.length;
  node.setSelectionRange(at, at);
  placeTools(s);
  bring(s, row, "nearest", true);
}

function placeField(row) {
  for (const node of row.body.querySelectorAll(".said, .unsure, .thought")) node.hidden = true;
  row.body.querySelector(".who")?.after(row.field) ?? row.body.prepend(row.field);
}

function grow(node) {
  node.style.height = "auto";
  node.style.height = node.scrollHeight + 4 + "px";
}

// Draws a line anew without losing what is being typed in it.
function redraw(s, row) {
  const { field } = row, typing = field && field.getRootNode().activeElement === field;
  const [from, to] = field ? [field.selectionStart, field.selectionEnd] : [];
  s.drawing = true;
  drawRow(s, row);
  if (typing) { field.focus({ preventScroll: true }); field.setSelectionRange(from, to); }
  s.drawing = false;
}

function leaveField(s, save, stay = false) {
  if (!s.field) return;
  const { row, node, base } = s.field, text = clean(node.value), changed = save && edited(s);
  s.field = row.field = null;
  s.drawing = true;
  drawRow(s, row);
  s.drawing = false;
  if (stay) focusOn(s, row, -1, true);
  if (!changed) return;
  if (text) retype(s, row, text, base); else act(s, "empty", row);
}

// the buttons of the line that the editor is at

function placeTools(s) {
  const row = s.active;
  if (!mayChange(s, row)) return s.tools.remove();
  const word = s.here?.row === row ? s.here.word : -1, text = word > 0 && row.words[word] ? row.words[word].textContent.trim() : "";
  const hidden = word >= 0 && !row.field && s.naming?.data.edit && spanOf(s, row, word) && !isMarked(row, word);
  const look = [row.at, Boolean(row.field), s.panel, text, hidden && word, row.line.speaker, row.look].join("|");
  if (s.toolsLook === look && s.tools.parentNode === row.body) return;
  const had = s.tools.contains(s.root.getRootNode().activeElement);
  s.toolsLook = look;
  const w = s.words, last = row.at === s.rows.length - 1, doubted = row.line.unsure || row.line.flags.length > 0;
  const splits = press(text ? w.split.replace("{}", text) : w.split_none, "quiet", () => split(s));
  splits.classList.add("split");
  splits.disabled = !row.field && !text;
  const merges = press(w.merge, "quiet merge", () => merge(s));
  merges.disabled = last || s.rows[row.at + 1].line.typed;
  const who = press(w.speaker, "quiet speaking", () => { s.panel = !s.panel; placeTools(s); s.tools.querySelector(s.panel ? ".panel button" : ".speaking").focus(); });
  who.setAttribute("aria-expanded", String(Boolean(s.panel)));
  const first = row.field
    ? [press(w.save, "", () => leaveField(s, true, true)), press(w.leave, "quiet", () => leaveField(s, false, true)), splits]
    : [
      press(w.edit, "edit", () => edit(s, row)),
      ...(doubted && row.line.text ? [press(w.confirm, "quiet confirm", () => act(s, "confirm", row))] : []),
      ...(row.line.text ? [press(w.empty, "quiet nobody", () => act(s, "empty", row))] : []),
      splits, merges, who,
      ...(hidden ? [press(s.naming.data.words.hide_word_of.replace("{}", row.words[word].textContent.trim()), "quiet hides", () => pickOne(s, row, word))] : []),
    ];
  s.tools.replaceChildren(...first, ...(s.panel && !row.field ? [panel(s, row)] : []));
  row.body.append(s.tools);
  if (had && !s.root.getRootNode().activeElement) row.node.focus({ preventScroll: true });
  return undefined;
}

function split(s) {
  const row = s.active;
  if (!mayChange(s, row)) return;
  const at = row.field ? row.field.selectionStart : row.line.words[s.here.word]?.a;
  leaveField(s, true, true);
  if (at === undefined) return;
  queue(s, {
    action: "split", row,
    ready: () => {
      const word = row.line.words.findIndex((one) => one.b > at);
      return word > 0 ? { index: row.line.index, word } : null;
    },
  });
}

function merge(s) {
  const row = s.active;
  if (!mayChange(s, row) || !mayChange(s, s.rows[row.at + 1])) return;
  leaveField(s, true, true);
  act(s, "merge", row);
}

function undo(s) {
  if (!s.edit || !s.undoable) return;
  leaveField(s, true, true);
  act(s, "undo", null);
}

function panel(s, row) {
  const w = s.words, box = make("panel", "div"), rest = make("", "input"), label = make("rest", "label");
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", w.speaker);
  rest.type = "checkbox";
  label.append(rest, make("", "span", w.speaker_rest));
  const give = (name) => {
    const end = rest.checked ? s.rows.findIndex((one) => one.at > row.at && one.line.speaker !== row.line.speaker) : row.at + 1;
    const rows = s.rows.slice(row.at, end < 0 ? undefined : end);
    s.panel = false;
    if (rows.some((one) => one.line.speaker !== name)) queue(s, {
      action: "speaker", row,
      ready: () => ({ indices: rows.filter((one) => s.rows.includes(one)).map((one) => one.line.index), name }),
    });
    placeTools(s);
    row.node.focus({ preventScroll: true });
  };
  const voices = [...s.speakers, null].map((name) => {
    const node = press(name ?? w.unknown_speaker, "quiet voice", () => give(name));
    node.setAttribute("aria-pressed", String(name === row.line.speaker));
    return node;
  });
  const name = make("", "input");
  name.type = "text";
  name.maxLength = s.longest[1];
  name.placeholder = w.speaker_new;
  name.setAttribute("aria-label", w.speaker_new);
  const named = (act) => () => { const given = clean(name.value); if (given) act(given); else name.focus(); };
  const more = [press(w.speaker_set, "quiet", named(give))];
  const old = row.line.speaker;
  if (old !== null) {
    more.push(press(w.speaker_rename.replace("{}", old), "quiet", named((given) => {
      s.panel = false;
      act(s, "name_speaker", null, { old, new: given });
      placeTools(s);
      row.node.focus({ preventScroll: true });
    })));
  }
  if (s.speakers.length === 2) more.push(press(w.speaker_swap, "quiet swap", () => { s.panel = false; act(s, "swap", null); placeTools(s); row.node.focus({ preventScroll: true }); }));
  box.append(...voices, label, name, ...more);
  return box;
}
