// A QR card carries the code behind `#`, which browsers never send to a server. Put it in the field and take it out
// of the address bar and the history at once.
"use strict";
{
  const field = document.getElementById("code");
  const grouped = (text) => text.replace(/\D/g, "").slice(0, 16).replace(/(\d{4})(?=\d)/g, "$1 ");
  const carried = grouped(window.location.hash);
  if (window.location.hash) window.history.replaceState(null, "", window.location.pathname);
  if (carried.length === 19) field.value = carried;
  field.addEventListener("input", () => {
    if (field.selectionStart === field.value.length) field.value = grouped(field.value);
  });
}
