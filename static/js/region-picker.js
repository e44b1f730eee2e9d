// Decides the cascade province → kabupaten → kecamatan → desa without reloads, on top of the step-by-step form.
// <div data-region-picker data-labels="Provinsi|Kabupaten/kota|Kecamatan|Desa/kelurahan" data-prompt="Pilih…">
//   <label class="field-label" for="…">…</label><select name="wilayah">…</select></div>
// The last select keeps the name, so the form sends the deepest choice; if the addresses do not answer, the form steps.
const API = "/api/v1/regions/";

const fetchRegion = async (code) => {
  const answer = await fetch(API + encodeURIComponent(code), { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
};

const makeField = (picker, first, region, depth) => {
  const field = document.createElement("div");
  field.className = "field";
  const select = first.cloneNode(false);
  select.id = `${first.id || "wilayah"}-${depth}`;
  select.removeAttribute("aria-describedby");
  const options = region.children.map((child) => new Option(child.name, child.code));
  select.replaceChildren(new Option(picker.dataset.prompt, ""), ...options);
  const label = document.createElement("label");
  label.className = "field-label";
  label.htmlFor = select.id;
  label.textContent = picker.dataset.labels.split("|")[depth] ?? "";
  field.append(label, select);
  return field;
};

for (const picker of document.querySelectorAll("[data-region-picker]")) {
  const first = picker.querySelector("select");
  const { name } = first;
  const selects = () => [...picker.querySelectorAll("select")];
  const nameDeepest = () => {
    const chosen = selects().filter((select) => select.value);
    const deepest = chosen.at(-1) ?? first;
    for (const select of selects()) {
      if (select === deepest) select.name = name;
      else select.removeAttribute("name");
    }
  };
  const choose = async (select) => {
    const all = selects();
    for (const later of all.slice(all.indexOf(select) + 1)) later.closest(".field").remove();
    nameDeepest();
    const { value } = select;
    if (!value) return;
    try {
      const region = await fetchRegion(value);
      if (select.value !== value || region.children.length === 0) return;
      // A code has one part per level (18.09.10.2004), so its parts say which question comes next.
      picker.append(makeField(picker, first, region, value.split(".").length));
      nameDeepest();
    } catch {
      // The button of the form takes the next step instead.
    }
  };
  picker.addEventListener("change", (event) => {
    if (event.target.matches("select")) choose(event.target);
  });
  if (first.value) choose(first);
}
