// button[data-passkey]: the attribute holds the options, or their address.
import { flash } from "./flash.js";
import { click } from "./on.js";

click("[data-passkey]", async ({ form, dataset }, event) => {
  event.preventDefault();
  try {
    const said = dataset.passkey;
    const asked = said[0] === "/" ? await (await fetch(said)).json() : JSON.parse(said);
    const [{ publicKey }] = Object.values(asked);
    const [act, parse] = publicKey.user ? ["create", "Creation"] : ["get", "Request"];
    const held = await navigator.credentials[act]({ publicKey: PublicKeyCredential[`parse${parse}OptionsFromJSON`](publicKey) });
    form.elements.credential.value = JSON.stringify(held);
    form.submit();
  } catch {
    flash(document.body.dataset.refused);
  }
});
