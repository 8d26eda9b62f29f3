"use strict";

// Without script the page is whole; with it there is a button for printing.
for (const button of document.querySelectorAll("button.print")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
