// "Copy the code" puts the code above the button on the clipboard; where the browser refuses that, the code is selected.
(() => {
  const select = (code) => {
    getSelection().removeAllRanges();
    getSelection().selectAllChildren(code);
  };
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    if (!button) return;
    const code = button.parentElement.previousElementSibling.querySelector("code");
    const status = button.parentElement.querySelector("[role=status]");
    try {
      await navigator.clipboard.writeText(code.textContent);
      status.textContent = button.dataset.done;
    } catch {
      select(code);
      status.textContent = button.dataset.failed;
    }
  });
})();
