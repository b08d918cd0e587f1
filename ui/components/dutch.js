// Tells the browser in which language this page is, has the door remember it, and puts the few built-in English words of
// the framework into Dutch.
let kept = null;
export default function ({ data }) {
  const translate = (root) => {
    for (const node of root.querySelectorAll("[aria-label], [title], [placeholder]"))
      for (const name of ["aria-label", "title", "placeholder"])
        if (data.words[node.getAttribute(name)]) node.setAttribute(name, data.words[node.getAttribute(name)]);
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const word = data.words[node.nodeValue.trim()];
      if (word) node.nodeValue = word;
    }
  };
  document.documentElement.lang = data.language;
  if (data.keep && kept !== data.language) {
    kept = data.language;
    fetch(`${location.origin}/taal/${data.language}`, { redirect: "manual", keepalive: true }).catch(() => { kept = null; });
  }
  translate(document.body);
  const observer = new MutationObserver((changes) => {
    for (const change of changes)
      for (const node of change.addedNodes) if (node.nodeType === 1) translate(node);
  });
  observer.observe(document.body, { childList: true, subtree: true });
  return () => observer.disconnect();
}
