// Decides that the total follows the chosen way of delivery at once: <form data-checkout>, radios with data-fee.
// The server judges the total anyway; without this script its button "Hitung ulang total" does the same.
const rupiah = (amount) => `Rp${new Intl.NumberFormat("id-ID", { maximumFractionDigits: 0 }).format(amount)}`;

for (const form of document.querySelectorAll("form[data-checkout]")) {
  const chosen = () => [...form.querySelectorAll("input[data-fee]:checked")];
  const fees = () => chosen().reduce((sum, input) => sum + Number(input.dataset.fee), 0);
  const seen = form.querySelector("input[name=total]");
  const goods = Number(seen.value) - fees();
  const rows = form.querySelectorAll("[data-delivery]");
  form.addEventListener("change", (event) => {
    if (!event.target.matches("input[data-fee]")) return;
    const total = goods + fees();
    seen.value = total;
    for (const place of form.querySelectorAll("[data-total], .summary-total dd")) place.textContent = rupiah(total);
    for (const row of rows) {
      const input = form.querySelector(`input[data-fee][name="${CSS.escape(row.dataset.delivery)}"]:checked`);
      if (!input) continue;
      row.querySelector("dt").textContent = row.dataset.words.replace("…", input.dataset.label);
      row.querySelector("dd").textContent = rupiah(Number(input.dataset.fee));
    }
  });
}
