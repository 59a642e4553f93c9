// The error summary takes the focus when a page comes back with errors, so it is read first.
document.querySelector("[data-error-summary]")?.focus();
