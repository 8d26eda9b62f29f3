/** The lines to copy name this very server; a button puts them on the clipboard. */
"use strict";

const HOST = window.location.origin;

for (const code of document.querySelectorAll(".snippet code")) {
  code.textContent = code.textContent
    .replaceAll("{host}", HOST)
    .replaceAll("{socket}", HOST.replace(/^http/, "ws"));
}

async function copy(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    const selection = window.getSelection();
    selection.selectAllChildren(code);
    const done = document.execCommand("copy");
    if (done) selection.removeAllRanges();
    return done;
  }
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    const done = await copy(document.getElementById(button.dataset.copy));
    document.getElementById("copied").textContent = done ? "已复制。" : "没能复制，文字已选中，请按 Ctrl+C。";
    button.textContent = done ? "已复制" : "请按 Ctrl+C";
    setTimeout(() => {
      button.textContent = "复制";
    }, 2000);
  });
}
