// Decides that a chosen photo is seen before it is sent: <input type="file" data-preview>.
// Drawn on a canvas, because the page's policy allows no blob: pictures.
const SIDE = 192;

const draw = async (file) => {
  const bitmap = await createImageBitmap(file);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", file.name);
  const cut = Math.min(bitmap.width, bitmap.height);
  const left = (bitmap.width - cut) / 2;
  const top = (bitmap.height - cut) / 2;
  canvas.getContext("2d").drawImage(bitmap, left, top, cut, cut, 0, 0, SIDE, SIDE);
  bitmap.close();
  return canvas;
};

for (const input of document.querySelectorAll("input[data-preview]")) {
  const row = document.createElement("div");
  row.className = "previews";
  row.setAttribute("aria-live", "polite");
  row.hidden = true;
  input.after(row);
  input.addEventListener("change", async () => {
    const files = [...input.files].filter((file) => file.type.startsWith("image/"));
    const shown = await Promise.allSettled(files.map(draw));
    row.replaceChildren(...shown.filter((one) => one.status === "fulfilled").map((one) => one.value));
    row.hidden = row.childElementCount === 0;
  });
}
