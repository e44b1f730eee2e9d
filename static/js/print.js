// Decides that a page is printed at a press: <button data-print hidden>.
// The button is hidden until this runs; the browser's own menu prints the same, and the PDF stands beside it.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
