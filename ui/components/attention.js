// The keyboard follows what was moved, and a screen reader hears where it went. Nobody who types is taken away from it.
const WAIT_MS = 5000;
export default function ({ data, parentElement }) {
  if (!data.to.length) return;
  let alive = true;
  const until = performance.now() + WAIT_MS;
  const usable = (key) => {
    const place = document.querySelector(`.st-key-${CSS.escape(key)}`);
    return place?.querySelector("textarea, input") ?? place?.querySelector("button:not([disabled])");
  };
  const busy = () => document.querySelector("[data-test-script-state=running]");
  const look = () => {
    if (!alive) return;
    const target = data.to.map(usable).find(Boolean);
    if ((!target || busy()) && performance.now() < until) { requestAnimationFrame(look); return; }
    parentElement.querySelector("[role=status]").textContent = data.said;
    if (!target || document.activeElement?.matches("textarea, input")) return;
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "center" });
  };
  look();
  return () => { alive = false; };
}
