"use strict";
// What a device answers goes along with the form as any field does. Without this the page says what else there is.
(() => {
  const ours = window.PublicKeyCredential;
  if (!ours?.parseRequestOptionsFromJSON) return;

  const ask = async ({ options, askAt }, { ticket, form_token }) => {
    if (options) return navigator.credentials.create({ publicKey: ours.parseCreationOptionsFromJSON(JSON.parse(options)) });
    const body = new URLSearchParams({ form_token: form_token?.value ?? "" });
    const offer = await (await fetch(askAt, { method: "POST", body })).json();
    ticket.value = offer.ticket;
    return navigator.credentials.get({ publicKey: ours.parseRequestOptionsFromJSON(JSON.parse(offer.options)) });
  };

  for (const button of document.querySelectorAll("button[data-passkey]")) {
    const form = button.form, { code, credential } = form.elements, refused = form.querySelector("[data-refused]");
    button.hidden = false;
    form.querySelector("[data-plain]").hidden = true;
    button.onclick = async () => {
      if (button.ariaDisabled) return;
      if (code) code.required = false;
      const isFilled = form.reportValidity();
      if (isFilled) {
        button.ariaDisabled = "true";
        refused.hidden = true;
        try {
          credential.value = JSON.stringify(await ask(button.dataset, form.elements));
          form.requestSubmit();
        } catch { refused.hidden = false; }
        button.ariaDisabled = null;
      }
      if (code) code.required = true;
    };
  }
})();
