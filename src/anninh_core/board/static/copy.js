"use strict";
// Copies the words beside a button; where the browser refuses, it selects them.
(() => {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const words = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.onclick = async () => {
      try { await navigator.clipboard.writeText(words.textContent); button.textContent = button.dataset.done; }
      catch { getSelection().selectAllChildren(words); }
    };
  }
})();
