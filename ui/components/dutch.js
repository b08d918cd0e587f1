// Tells the browser that this page is Dutch, and puts the few built-in English words of the framework into Dutch.
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
  document.documentElement.lang = "nl";
  translate(document.body);
  const observer = new MutationObserver((changes) => {
    for (const change of changes)
      for (const node of change.addedNodes) if (node.nodeType === 1) translate(node);
  });
  observer.observe(document.body, { childList: true, subtree: true });
  return () => observer.disconnect();
}
