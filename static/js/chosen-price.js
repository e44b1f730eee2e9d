// Decides that the price beside the button is that of the choice: <p data-price-of="name of the radio buttons" hidden>.
// Without this script it stays hidden, and each choice shows its own price.
for (const place of document.querySelectorAll("[data-price-of]")) {
  const form = place.closest("form");
  const refresh = () => {
    const chosen = form.querySelector(`[name="${place.dataset.priceOf}"]:checked`);
    const price = chosen && chosen.closest(".choice").querySelector(".choice-aside");
    if (price) place.querySelector(".price-now").textContent = price.textContent;
    place.hidden = !price;
  };
  form.addEventListener("change", refresh);
  refresh();
}
