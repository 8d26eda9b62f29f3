/** The demo page hands its questions to the widget, as any site may: `ask` is the element's own. */
"use strict";

function ask(question) {
  const chat = document.querySelector("bangban-chat");
  if (chat && question.trim()) chat.ask(question.trim());
}

document.getElementById("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = document.getElementById("question");
  ask(field.value);
  field.value = "";
});

for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", () => ask(button.dataset.ask));
}
