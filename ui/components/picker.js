// Chooses one small file and hands its bytes to Python: over the page's own connection, without a place on a disk.
export default function ({ data, parentElement, setTriggerValue }) {
  const input = parentElement.querySelector("input");
  const said = parentElement.querySelector(".said");
  parentElement.querySelector("span").textContent = data.label;
  input.accept = data.accept;
  input.onchange = async () => {
    const file = input.files[0];
    input.value = ""; // the same file can be chosen again, after it was mended
    if (!file) return;
    if (file.size > data.most) { said.textContent = data.too_big; return; }
    said.textContent = "";
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    setTriggerValue("picked", { name: file.name.slice(-12), data: btoa(text) });
  };
}
