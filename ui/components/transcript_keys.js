// The keyboard. Nothing here works in a way that a button does not.
const KEYS = ["space", "play", "back", "move", "enter", "save", "escape", "split", "merge", "doubt", "undo"];

// Keys that also work while somebody types, or has nothing in hand. True when it was one of them.
function anywhere(s, e, typing) {
  const alt = e.altKey && !e.ctrlKey && !e.metaKey;
  if (e.key === "F4" && !e.altKey && !e.ctrlKey) toggle(s);
  else if (alt && e.code === "KeyP") toggle(s);
  else if (alt && e.code === "KeyN") toDoubt(s);
  else if (alt && e.code === "KeyS") split(s);
  else if (alt && e.code === "KeyM") merge(s);
  else if (e.key === "ArrowLeft" && (alt || (e.ctrlKey && !typing))) jump(s, -STEP_S);
  else return false;
  return true;
}

function key(s, e) {
  const target = e.composedPath()[0];
  const typing = target.matches("textarea, input[type=text]");
  e.stopPropagation(); // the page around us has keys of its own, and would not see that somebody types here
  if (anywhere(s, e, typing)) return e.preventDefault();
  if (typing) {
    if (target !== s.field?.node) return undefined;
    if (e.key === "Escape") leaveField(s, false, true);
    else if (e.key === "Enter" && !e.isComposing) leaveField(s, true, true);
    else return undefined;
    return e.preventDefault();
  }
  if ((e.ctrlKey || e.metaKey) && !e.shiftKey && e.code === "KeyZ") { undo(s); return e.preventDefault(); }
  if (e.ctrlKey || e.metaKey || e.altKey) return undefined;
  const word = target.dataset.word === undefined ? -1 : Number(target.dataset.word);
  const row = target.closest(".row")?.row;
  if (!row || !(word >= 0 || target === row.node)) return undefined;
  if (e.key === " ") toggle(s);
  else if (e.key === "Enter") { if (word >= 0) { seek(s, row.line.words[word].start); openName(s, row, word, true); } else edit(s, row); }
  else if (e.key === "Escape") focusOn(s, row, -1);
  else if (!move(s, row, word, e.key)) return undefined;
  return e.preventDefault();
}

function move(s, row, word, name) {
  const next = s.rows[row.at + 1], before = s.rows[row.at - 1], last = (one) => one.line.words.length - 1;
  const same = (one) => (word < 0 || one.line.unsure ? -1 : Math.min(word, last(one)));
  if (name === "ArrowDown") { if (next) focusOn(s, next, same(next)); }
  else if (name === "ArrowUp") { if (before) focusOn(s, before, same(before)); }
  else if (name === "ArrowRight") { if (word < last(row) && !underWay(row)) focusOn(s, row, word + 1); else if (next) focusOn(s, next, -1); }
  else if (name === "ArrowLeft") { if (word >= 0) focusOn(s, row, word - 1); else if (before) focusOn(s, before, -1); }
  else if (name === "Home") focusOn(s, s.rows[0], -1);
  else if (name === "End") focusOn(s, s.rows[s.rows.length - 1], -1);
  else return false;
  return true;
}

function toDoubt(s) {
  const found = nextDoubt(s, s.active, s.active ? s.here.word : -1);
  if (!found) return tell(s, s.words.doubt_none);
  leaveField(s, true);
  const [row, word] = found;
  focusOn(s, row, word);
  seek(s, word >= 0 ? row.line.words[word].start : row.line.start);
  return undefined;
}

function showKeys(s) {
  s.$(".keys summary").textContent = s.words.keys;
  s.$(".keys dl").replaceChildren(...KEYS.flatMap((name) => {
    const keys = make("", "dt", s.words["key_" + name]);
    return [keys, make("", "dd", s.words["key_" + name + "_does"])];
  }));
}
