// A field with data-tidy takes a web address as it is copied; what is not part of the answer goes when one leaves it.
// The home page that nobody has typed follows the domain. Without this file the portal does both when it saves.
(() => {
  const scheme = /^https?:\/\//i;
  const tidy = {
    domain: (text) => {
      const host = text.replace(scheme, "").split(/[/?#]/)[0].toLowerCase();
      const bare = host.replace(/^www\./i, "");
      return bare.includes(".") ? bare : host;
    },
    home_url: (text) => text.replace(scheme, "").replace(/\/$/, ""),
  };

  const follow = (form, before, domain) => {
    const page = form.querySelector("[data-tidy=home_url]");
    if (!page || !domain.includes(".") || form.querySelector("[name=ip_only]:checked")) return;
    if (page.value === "" || page.value === `www.${before}`) page.value = `www.${domain}`;
  };

  for (const field of document.querySelectorAll("[data-tidy]")) {
    let before = field.value;
    // before autosave.js reads the form
    field.addEventListener("change", () => {
      field.value = tidy[field.dataset.tidy](field.value.normalize("NFKC").trim());
      if (field.dataset.tidy === "domain") follow(field.form, before, field.value);
      before = field.value;
    });
  }
})();
