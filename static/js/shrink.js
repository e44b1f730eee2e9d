// Decides that photos are shrunk on the phone and sent one by one before the form: <input type="file" data-upload="/address">.
// Each photo has a key of its own, so that a broken line may repeat it: the server keeps it once and answers a word,
// which joins the form as a ticked box. What the browser cannot read or the server does not take stays in the field.
const LONG_SIDE = 1600;
const WAITS = [1000, 2000, 4000, 8000];
const THUMB = 144;

const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const toBlob = (canvas, type) => new Promise((resolve) => { canvas.toBlob(resolve, type, 0.75); });

const shrink = async (file, thumb) => {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONG_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const pen = canvas.getContext("2d");
  // A photo has no transparency: white stands behind what had some.
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const cut = Math.min(bitmap.width, bitmap.height);
  thumb.getContext("2d").drawImage(bitmap, (bitmap.width - cut) / 2, (bitmap.height - cut) / 2, cut, cut, 0, 0, THUMB, THUMB);
  bitmap.close();
  const webp = await toBlob(canvas, "image/webp");
  const small = webp && webp.type === "image/webp" ? webp : await toBlob(canvas, "image/jpeg");
  return small && small.size < file.size ? small : file;
};

const pause = (wait) => new Promise((resolve) => {
  const go = () => { removeEventListener("online", go); resolve(); };
  addEventListener("online", go);
  setTimeout(go, wait);
});

const send = (address, data, progress) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  request.open("POST", address);
  request.timeout = 60000;
  request.upload.addEventListener("progress", (event) => { if (event.lengthComputable) progress.value = event.loaded / event.total; });
  request.addEventListener("load", () => {
    if (request.status >= 500) { reject(new Error(request.statusText)); return; }
    try { resolve({ ok: request.status === 200, ...JSON.parse(request.responseText) }); } catch { resolve({ ok: false }); }
  });
  for (const trouble of ["error", "timeout", "abort"]) request.addEventListener(trouble, () => reject(new Error(trouble)));
  request.send(data);
});

for (const input of document.querySelectorAll("input[data-upload]")) {
  const { form } = input;
  const words = input.dataset;
  const kept = form.querySelector("[data-kept]");
  const row = document.createElement("ul");
  row.className = "list uploads";
  row.setAttribute("aria-live", "polite");
  input.after(row);
  const going = new Set();
  // Phones send one after the other: on a thin line two halves are worth less than one whole photo.
  let last = Promise.resolve();

  const item = () => {
    const line = document.createElement("li");
    const thumb = document.createElement("canvas");
    thumb.width = thumb.height = THUMB;
    const body = document.createElement("div");
    const said = document.createElement("p");
    said.textContent = words.textShrinking;
    const progress = document.createElement("progress");
    progress.max = 1;
    progress.setAttribute("aria-label", words.textSending);
    body.append(said, progress);
    line.append(thumb, body);
    row.append(line);
    return { line, thumb, said, progress };
  };

  const keep = (answer, shown) => {
    const label = document.createElement("label");
    label.className = "check";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.name = "foto_tersimpan";
    box.value = answer.kata;
    box.checked = true;
    label.append(box, document.createTextNode(words.textUse));
    shown.said.textContent = words.textKept;
    shown.progress.replaceWith(label);
    input.dispatchEvent(new Event("kept", { bubbles: true }));
  };

  const deliver = async (file, shown) => {
    const photo = await shrink(file, shown.thumb).catch(() => null);
    if (!photo) {
      shown.line.textContent = `${file.name}: ${words.textStays}`;
      return file;
    }
    const data = new FormData();
    data.append("csrf_token", form.elements.csrf_token.value);
    if (form.elements.toko) data.append("toko", form.elements.toko.value);
    data.append("kunci", newKey());
    data.append("foto", photo, photo === file ? file.name : "foto");
    shown.said.textContent = words.textSending;
    for (let turn = 0; ; turn += 1) {
      try {
        const answer = await send(words.upload, data, shown.progress);
        if (answer.ok) { keep(answer, shown); return null; }
        shown.said.textContent = answer.alasan ?? file.name;
        shown.progress.remove();
        return answer.alasan ? null : file;
      } catch {
        shown.said.textContent = words.textWaiting;
        await pause(WAITS[Math.min(turn, WAITS.length - 1)]);
      }
    }
  };

  // What could not be sent alone goes with the form, as without this script.
  const leave = (files) => {
    const rest = new DataTransfer();
    for (const file of files) rest.items.add(file);
    input.files = rest.files;
  };

  input.addEventListener("change", () => {
    const files = [...input.files];
    leave([]);
    for (const file of files) {
      const shown = item();
      const job = last.then(() => deliver(file, shown)).then((stays) => {
        if (stays) leave([...input.files, stays]);
      });
      last = job;
      going.add(job);
      job.finally(() => going.delete(job));
    }
  });

  // The form waits for photos on their way, and then goes by itself.
  form.addEventListener("submit", async (event) => {
    if (going.size === 0) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    row.scrollIntoView({ block: "center" });
    if (form.dataset.waits) return;
    form.dataset.waits = "";
    await last;
    delete form.dataset.waits;
    form.requestSubmit(button);
  }, true);
  if (kept && !kept.hidden) kept.after(row);
}
