// Pieces of a screen, for the components that show a text with places in it. Offsets of Python are code points.
function make(kind, tag = "span", text) {
  const node = document.createElement(tag);
  if (kind) node.className = kind;
  if (text !== undefined) node.textContent = text;
  return node;
}

const button = (kind, text, does) => { const node = make(kind, "button", text); node.type = "button"; node.onclick = does; return node; };

// From the first letter in these characters to the last: the full stop behind a name is no part of it.
function lettersIn(chars, start, end) {
  const letter = (at) => /[\p{L}\p{N}]/u.test(chars[at]);
  while (start < end && !letter(start)) start++;
  while (end > start && !letter(end - 1)) end--;
  return { start, end };
}
