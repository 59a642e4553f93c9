// Files that are too large to be sent are refused in the page, when they are chosen and when the form is sent: the
// server would close the connection while they are on their way. Limits and words: templates/base.html.
(() => {
  const { file, form, fileWords, formWords } = document.currentScript.dataset;
  const MB = 1024 ** 2;
  const fields = (of) => [...of.querySelectorAll('input[type="file"]')];
  const sizes = (field) => [...field.files].map(({ size }) => size);
  const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);

  const tooLarge = (of) => {
    const all = sum(fields(of).flatMap(sizes));
    for (const field of fields(of)) {
      const own = sizes(field);
      const words = own.some((size) => size > file * MB) ? fileWords : all > form * MB && own.length ? formWords : "";
      field.setCustomValidity(words);
    }
    return fields(of).find((field) => field.validity.customError);
  };

  document.addEventListener("change", ({ target }) => {
    if (target.type === "file" && target.form && tooLarge(target.form)) target.reportValidity();
  });
  document.addEventListener("submit", (event) => {
    const wrong = tooLarge(event.target);
    if (!wrong) return;
    event.preventDefault();
    event.stopPropagation(); // or the form would count as sent, and leaving would not ask
    wrong.reportValidity();
  }, true);
})();
