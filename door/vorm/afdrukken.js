// The button "Afdrukken": only where there is script, because only script can print.
"use strict";
{
  const button = document.getElementById("afdrukken");
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
