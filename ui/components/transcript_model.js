// What Python sent, made ready. A row is a line with its place on the screen; it survives when another version of the
// text arrives, so that what has the focus, what is being typed and what was filled in stay as they are.
const LOW = 50, MIDDLE = 75; // per cent of confidence: below the first a doubt to stop at, below the second underlined

const clean = (text) => text.normalize("NFC").replace(/\s+/g, " ").replace(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}]/gu, "").trim();

// Python may leave out signs that nobody sees: that is still what was typed.
const same = (a, b) => { const bare = (text) => text.normalize("NFC").replace(/[\s\p{C}\p{M}]/gu, ""); return bare(a) === bare(b); };

// Offsets are Python's: code points. Only a text with other characters than those of one unit needs a table.
function units(text) {
  if (!/[\ud800-\udfff]/.test(text)) return (at) => at;
  const places = [0];
  for (const c of text) places.push(places[places.length - 1] + c.length);
  return (at) => places[Math.min(at, places.length - 1)];
}

function decoded(raw, marks, data) {
  const [index, start, end, text, speaker, bits, flags, other, flat] = raw;
  const unit = units(text), words = [];
  let time = start, at = 0;
  for (let i = 0; i < flat.length; i += 5) {
    const from = time + flat[i], a = at + flat[i + 2];
    time = from + flat[i + 1];
    at = a + flat[i + 3];
    words.push({ start: from, end: time, a: unit(a), b: unit(at), first: a, last: at, sure: flat[i + 4] });
  }
  return {
    index, start, end, text, words, other,
    speaker: speaker < 0 ? null : data.speakers[speaker],
    unsure: Boolean(bits & 1), heard: Boolean(bits & 2), typed: Boolean(bits & 4),
    flags: flags.map((flag) => data.flags[flag]),
    marks: marks.map(([, a, b, kind]) => ({ a: unit(a), b: unit(b), kind })),
  };
}

// Takes in another version: rows whose line is the same keep their place; returns what has to be drawn again.
function takeIn(s, data) {
  const marks = data.lines.map(() => []);
  for (const mark of data.names) marks[mark[0]].push(mark);
  const gone = new Map(), found = [];
  s.rows.forEach((row) => gone.set(row.line.start, [...(gone.get(row.line.start) || []), row]));
  data.lines.forEach((raw, i) => { found[i] = gone.get(raw[1])?.shift(); });
  const left = new Set([...gone.values()].flat());
  data.lines.forEach((raw, i) => { // its beginning moved: the row that stood at this number, if nobody else has it
    if (!found[i] && left.has(s.rows[i])) { found[i] = s.rows[i]; left.delete(s.rows[i]); }
  });
  const changed = [];
  let speaker; // of the line before
  s.rows = data.lines.map((raw, i) => {
    const row = found[i] || { node: null, near: false, draft: null };
    const who = raw[4] < 0 ? null : data.speakers[raw[4]];
    const first = i === 0 || who !== speaker;
    const look = JSON.stringify([raw.slice(1), marks[i], who, first, raw[6].map((flag) => data.flags[flag]), data.edit]);
    speaker = who;
    row.bare = JSON.stringify([raw.slice(1, 4), who, raw[5] & 1, raw.slice(6, 8)]);
    if (look !== row.look) {
      Object.assign(row, { look, first, line: decoded(raw, marks[i], data) });
      changed.push(row);
    }
    row.line.index = raw[0];
    row.at = i;
    return row;
  });
  index(s);
  return { changed, left: [...left] };
}

// All words in order of time, for the voice that moves through them.
function index(s) {
  const starts = [], where = [];
  s.rows.forEach((row) => {
    if (!row.line.words.length) { starts.push(row.line.start); where.push([row, -1]); }
    row.line.words.forEach((word, w) => { starts.push(word.start); where.push([row, w]); });
  });
  s.starts = Float64Array.from(starts);
  s.where = where;
}

// The last word that began at this moment or before.
function wordAt(s, ms) {
  let low = 0, high = s.starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (s.starts[middle] <= ms) low = middle + 1; else high = middle;
  }
  return low - 1;
}

// What was typed and is on its way stands in the place of what the server knows; what was refused stands below it.
const underWay = (row) => row.draft !== null && row.draft.state !== "refused";
const shownText = (row) => (underWay(row) ? row.draft.text : row.line.unsure ? "" : row.line.text);
const mayChange = (s, row) => Boolean(s.edit && row && !row.line.typed);
const toHear = (row) => !row.line.heard && !row.line.typed && row.line.text !== "";

// Where an editor should look: [row, word] with word -1 for the line itself.
function doubtsOf(row) {
  const { line } = row;
  if (line.unsure || line.flags.length || line.other !== null) return [-1];
  const marked = (word) => line.marks.some((m) => m.kind !== "kept" && m.a < word.b && word.a < m.b);
  const found = [];
  line.words.forEach((word, w) => { if (word.sure < LOW || marked(word)) found.push(w); });
  if (!line.words.length && line.marks.some((m) => m.kind !== "kept")) found.push(-1);
  return found;
}

function nextDoubt(s, row, w) {
  const n = s.rows.length, begin = row ? row.at : 0;
  for (let step = 0; step <= n; step++) {
    const here = s.rows[(begin + step) % n];
    const found = doubtsOf(here).find((d) => (step === 0 ? row === null || d > w : step < n || d <= w));
    if (found !== undefined) return [here, found];
  }
  return null;
}
