// Decides that a form is sent once: while the answer is on its way, the button says so and a second press does nothing.
// <form data-busy="Memproses…"> (the text may be empty: the button then keeps its own).
const release = (form) => {
  form.removeAttribute("aria-busy");
  for (const button of form.querySelectorAll("[data-busy-shown]")) {
    button.textContent = button.dataset.busyShown;
    delete button.dataset.busyShown;
  }
};

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("busy" in form.dataset) || event.defaultPrevented) return;
  if (form.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  form.setAttribute("aria-busy", "true");
  const button = event.submitter;
  // The label changes after the browser has collected the fields, so the button's own value is still sent.
  if (button && form.dataset.busy) setTimeout(() => {
    button.dataset.busyShown = button.textContent.trim();
    button.textContent = form.dataset.busy;
  });
});

// Coming back with the browser's button shows the page as it was left: busy for ever, unless we look.
addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(release));
