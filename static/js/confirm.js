// Decides that a loss is asked about first: data-confirm="Hapus produk ini?" on a form or on one of its buttons.
// Without JavaScript the form acts at once, so the server must be able to undo or refuse.
const agreed = new WeakSet();

const ask = (question, yes) => {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const text = document.createElement("p");
  text.id = "dialog-question";
  text.textContent = question;
  dialog.setAttribute("aria-labelledby", text.id);
  const row = document.createElement("form");
  row.method = "dialog";
  row.className = "cluster";
  const { textNo, textYes } = document.body.dataset;
  for (const [value, tone, label] of [["no", "quiet", textNo], ["yes", "danger", yes || textYes]]) {
    const button = document.createElement("button");
    button.className = `button button-${tone}`;
    button.value = value;
    button.textContent = label;
    row.append(button);
  }
  dialog.append(text, row);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
};

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const asked = event.submitter?.dataset.confirm ? event.submitter : form;
  if (!asked.dataset.confirm || agreed.delete(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = event.submitter;
  if (await ask(asked.dataset.confirm, asked.dataset.confirmYes)) {
    agreed.add(form);
    form.requestSubmit(button);
  } else {
    button?.focus();
  }
}, true);
