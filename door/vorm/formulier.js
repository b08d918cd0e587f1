// The one thing a printed page cannot do by itself. Without script the browser's own menu prints as well.
const button = document.querySelector(".print");
button.hidden = false;
button.addEventListener("click", () => window.print());
