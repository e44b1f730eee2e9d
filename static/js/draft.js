// Decides that typed values outlive a broken line: <form data-draft="name" data-text-restored="…"> keeps them in this browser
// until a page carries [data-draft-done="key of the form"]. The key (kunci) is kept too: sent again, it is the same form.
const DRAFTS = "draf:";
const FRESH = 7 * 24 * 3600 * 1000;

const store = {
  read(name) {
    try { return JSON.parse(localStorage.getItem(DRAFTS + name)); } catch { return null; }
  },
  write(name, value) {
    try { localStorage.setItem(DRAFTS + name, JSON.stringify(value)); } catch { /* Full or forbidden: nothing is kept. */ }
  },
};

const done = document.querySelector("[data-draft-done]");
if (done) {
  for (const place of Object.keys(localStorage)) {
    if (!place.startsWith(DRAFTS)) continue;
    const kept = store.read(place.slice(DRAFTS.length));
    const key = kept?.fields?.find(([name]) => name === "kunci");
    if (key?.[1] === done.dataset.draftDone) localStorage.removeItem(place);
  }
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  const name = form.dataset.draft;
  const save = () => {
    const fields = [...new FormData(form)].filter(([field, value]) => field !== "csrf_token" && typeof value === "string");
    store.write(name, { at: Date.now(), fields });
  };

  const photo = (word) => {
    const label = document.createElement("label");
    label.className = "check";
    const box = document.createElement("input");
    Object.assign(box, { type: "checkbox", name: "foto_tersimpan", value: word, checked: true });
    label.append(box, document.createTextNode(form.querySelector("[data-upload]")?.dataset.textKept ?? ""));
    return label;
  };

  // Rows that this page does not have yet: the server adds them to the form when it is shown what was in them.
  const addRows = (left) => {
    const missing = [...left].filter(([field]) => /^(varian|tingkat)-/.test(field) && !form.elements[field]);
    if (missing.length === 0 || !navigator.onLine) return;
    for (const [field, value] of [...missing.map(([field, values]) => [field, values[0]]), ["aksi", "tambah:"]]) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name: field, value });
      form.append(input);
    }
    form.requestSubmit();
  };

  const restore = (fields) => {
    const left = new Map();
    for (const [field, value] of fields) left.set(field, [...(left.get(field) ?? []), value]);
    for (const control of form.elements) {
      const values = left.get(control.name);
      if (!control.name || control.name === "csrf_token" || control.type === "file" || control.type === "submit") continue;
      if (control.type === "checkbox" || control.type === "radio") control.checked = values?.includes(control.value) ?? false;
      else if (values) control.value = values[0];
    }
    const list = form.querySelector("[data-kept-list]");
    for (const word of left.get("foto_tersimpan") ?? []) list?.append(photo(word));
    if (list?.childElementCount) list.closest("[data-kept]").hidden = false;
    addRows(left);
  };

  const kept = store.read(name);
  // A form that comes back from the server, refused or with one row more, brings its own values.
  const goesOn = kept?.fields.some(([field, value]) => field === "kunci" && value === form.elements.kunci?.value);
  if (kept && !goesOn && Date.now() - kept.at < FRESH && !document.querySelector("[data-form-errors]") && !form.querySelector("[name=foto_tersimpan]")) {
    restore(kept.fields);
    const said = document.createElement("p");
    said.className = "notice";
    said.setAttribute("role", "status");
    said.textContent = form.dataset.textRestored;
    form.prepend(said);
  }
  for (const event of ["input", "change", "kept"]) form.addEventListener(event, save);
  form.addEventListener("submit", save);
}
