// Security keys and passkeys. A form with data-key ("login", "authenticate" or "add") gets its hidden field `credential`
// filled by the browser when its button is pressed; then it is sent as usual.

function toBytes(value) {
  const plain = atob(value.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function toText(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function withBytes(descriptors = []) {
  return descriptors.map((each) => ({ ...each, id: toBytes(each.id) }));
}

function forCreating(options, alone) {
  const key = { ...options.publicKey };
  key.challenge = toBytes(key.challenge);
  key.user = { ...key.user, id: toBytes(key.user.id) };
  key.excludeCredentials = withBytes(key.excludeCredentials);
  key.authenticatorSelection = {
    ...key.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    ...(alone ? { userVerification: "required" } : {}),
  };
  return { publicKey: key };
}

function forAsking(options) {
  const key = { ...options.publicKey };
  key.challenge = toBytes(key.challenge);
  if (key.allowCredentials) key.allowCredentials = withBytes(key.allowCredentials);
  return { publicKey: key };
}

function asJson(credential) {
  const answer = credential.response;
  const response = { clientDataJSON: toText(answer.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (answer[name]) response[name] = toText(answer[name]);
  }
  if (answer.getTransports) response.transports = answer.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("The server gave no options for the key");
  return answer.json();
}

async function credentialFor(form) {
  const options = await optionsOf(form);
  if (form.dataset.key === "add") {
    const alone = form.elements.passwordless?.checked ?? false;
    return navigator.credentials.create(forCreating(options.creation_options, alone));
  }
  return navigator.credentials.get(forAsking(options.request_options));
}

async function press(form, button) {
  const failed = form.querySelector("[data-failed]");
  failed.hidden = true;
  button.disabled = true;
  try {
    form.elements.credential.value = asJson(await credentialFor(form));
    form.submit();
  } catch {
    failed.hidden = false;
    button.disabled = false;
  }
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-key]")) {
    const button = form.querySelector("button[type=button]");
    form.hidden = false;
    button.addEventListener("click", () => press(form, button));
  }
}
