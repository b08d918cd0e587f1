// The words of one line. They become pieces of their own only when the line comes near the window; until then it is
// one piece of text, which the browser also finds when somebody searches the page.
function span(kind, text) {
  const node = document.createElement("span");
  if (kind) node.className = kind;
  if (text !== undefined) node.textContent = text;
  return node;
}

function wordKind(line, word) {
  const mark = line.marks.find((m) => m.a < word.b && word.a < m.b);
  const sure = word.sure < LOW ? " low" : word.sure < MIDDLE ? " middle" : "";
  return "word" + sure + (mark ? " mark " + mark.kind : "");
}

// Fills `row.said` with its text: pieces when near, otherwise plain.
function fill(s, row) {
  const { line, said } = row;
  row.words = [];
  if (!said) return;
  if (underWay(row) || !line.text) {
    said.textContent = underWay(row) ? row.draft.text : s.words.nothing;
    said.classList.toggle("empty", !underWay(row));
    return;
  }
  said.classList.remove("empty");
  if (!row.near) { said.textContent = line.text; return; }
  const pieces = [];
  let at = 0;
  line.words.forEach((word, w) => {
    if (word.a > at) pieces.push(document.createTextNode(line.text.slice(at, word.a)));
    const node = span(wordKind(line, word), line.text.slice(word.a, word.b));
    node.tabIndex = -1;
    node.dataset.word = w;
    pieces.push(node);
    row.words.push(node);
    at = word.b;
  });
  if (at < line.text.length) pieces.push(document.createTextNode(line.text.slice(at)));
  said.replaceChildren(...pieces);
  if (s.here && s.here.row === row && s.here.word >= 0) mayBeReached(s, row, s.here.word);
  if (s.now && s.now.row === row) row.words[s.now.word]?.classList.add("now");
}

// One word in the whole text can be reached with Tab; it says what it is, and how sure it is.
function mayBeReached(s, row, w) {
  const node = row.words[w];
  if (!node) return;
  const word = row.line.words[w];
  const mark = row.line.marks.find((m) => m.a < word.b && word.a < m.b);
  const said = [node.textContent.trim(), clock(word.start)];
  if (word.sure < MIDDLE) said.push(s.words[word.sure < LOW ? "unsure_low" : "unsure_middle"]);
  if (mark) said.push(s.words["mark_" + mark.kind]);
  node.tabIndex = 0;
  node.setAttribute("role", "button");
  node.setAttribute("aria-label", said.join(", "));
}

function mayNotBeReached(node) {
  if (!node) return;
  node.tabIndex = -1;
  node.removeAttribute("role");
  node.removeAttribute("aria-label");
}

const clock = (ms) => {
  const s = Math.floor(ms / 1000), two = (n) => String(n).padStart(2, "0");
  return s < 3600 ? Math.floor(s / 60) + ":" + two(s % 60) : Math.floor(s / 3600) + ":" + two(Math.floor(s / 60) % 60) + ":" + two(s % 60);
};
