// One file to one address, with progress. A broken line is tried three times more.
const PAUSES = [1000, 3000, 8000];

const once = (url, field, file, onProgress) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append(field, file, file.name);
  request.open("POST", url);
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("X-CSRFToken", JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"]);
  request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded, event.total);
  request.onload = () => {
    let reply = {};
    try { reply = JSON.parse(request.responseText); } catch { /* not ours: the state below says enough */ }
    resolve({ state: request.status < 300 ? "done" : "failed", ...reply });
  };
  request.onerror = () => reject(new Error("network"));
  request.send(body);
});

export const send = async (url, field, file, onProgress) => {
  for (const pause of [...PAUSES, null]) {
    try {
      return await once(url, field, file, onProgress);
    } catch {
      if (pause === null) return { state: "failed", message: document.body.dataset.unreachable };
      await new Promise((go) => setTimeout(go, pause));
    }
  }
};
