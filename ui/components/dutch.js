// What the framework leaves out for who reads, hears or types differently: the language of the page (which the door is
// asked to remember), its few built-in English words in Dutch, and a way in for the keyboard.
export default function ({ data }) {
  const translate = (root) => {
    for (const node of root.querySelectorAll("[aria-label], [title], [placeholder]"))
      for (const name of ["aria-label", "title", "placeholder"])
        if (data.words[node.getAttribute(name)]) node.setAttribute(name, data.words[node.getAttribute(name)]);
    for (const box of document.querySelectorAll(".st-key-kaart_uitleg")) box.tabIndex = 0; // it scrolls: also by keyboard
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const said = node.nodeValue.trim(), word = data.words[said] ?? said.replace(/^(\d+) more$/, data.words["more"] ?? "$&");
      if (word !== said) node.nodeValue = word;
    }
  };
  const page = document.documentElement;
  page.lang = data.language;
  if (data.visitor && data.visitor !== (page.dataset.remembered ?? data.remembered)) {
    page.dataset.remembered = data.visitor; // the cookie as it was when this page opened is all that Python sees
    fetch(`${location.origin}/taal/${data.visitor}`, { redirect: "manual", keepalive: true })
      .catch(() => { delete page.dataset.remembered; });
  }
  translate(document.body);
  const observer = new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "characterData") translate(change.target.parentNode ?? page);
      for (const node of change.addedNodes) if (node.nodeType === 1) translate(node);
    }
  });
  observer.observe(document.body, { childList: true, characterData: true, subtree: true });
  const chosen = (event) => { // on a phone the menu lies over the page: whoever chose wants to see what they chose
    if (innerWidth < 768 && event.target.closest?.('[data-testid="stSidebarNavLink"]'))
      document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
  };
  document.addEventListener("click", chosen);
  return () => { observer.disconnect(); document.removeEventListener("click", chosen); };
}
