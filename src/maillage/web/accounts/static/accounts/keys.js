// Passkeys: asks the browser for a key and sends its answer by an ordinary form. Without it, a passphrase and a code.
(function () {
  "use strict";

  const toBytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const toText = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const withBytes = (keys) => (keys || []).map((key) => ({ ...key, id: toBytes(key.id) }));

  async function question(form, address) {
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": token }, credentials: "same-origin" });
    if (!answer.ok) throw new Error("refused");
    return answer.json();
  }

  async function signed(form) {
    const asked = await question(form, form.dataset.key);
    const key = await navigator.credentials.get({
      publicKey: { ...asked, challenge: toBytes(asked.challenge), allowCredentials: withBytes(asked.allowCredentials) },
    });
    const { clientDataJSON, authenticatorData, signature, userHandle } = key.response;
    return {
      id: key.id,
      rawId: toText(key.rawId),
      type: key.type,
      response: {
        clientDataJSON: toText(clientDataJSON),
        authenticatorData: toText(authenticatorData),
        signature: toText(signature),
        userHandle: userHandle ? toText(userHandle) : null,
      },
    };
  }

  async function made(form) {
    const asked = await question(form, form.dataset.newKey);
    const key = await navigator.credentials.create({
      publicKey: {
        ...asked,
        challenge: toBytes(asked.challenge),
        user: { ...asked.user, id: toBytes(asked.user.id) },
        excludeCredentials: withBytes(asked.excludeCredentials),
      },
    });
    const { clientDataJSON, attestationObject } = key.response;
    return {
      id: key.id,
      rawId: toText(key.rawId),
      type: key.type,
      response: { clientDataJSON: toText(clientDataJSON), attestationObject: toText(attestationObject) },
    };
  }

  function offer(form, ask) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const refused = form.querySelector("[data-key-refused]");
      refused.hidden = true;
      try {
        form.elements.answer.value = JSON.stringify(await ask(form));
        form.submit();
      } catch {
        refused.hidden = false;
      }
    });
  }

  if (!window.PublicKeyCredential) return;
  document.querySelectorAll("form[data-key]").forEach((form) => offer(form, signed));
  document.querySelectorAll("form[data-new-key]").forEach((form) => offer(form, made));
})();
