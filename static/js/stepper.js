// Decides the quantity buttons: [data-stepper] holds a number field and two buttons, [data-step="-1"] and [data-step="1"].
// The buttons are hidden until this runs; typing the number always works.
const steppers = document.querySelectorAll("[data-stepper]");

for (const stepper of steppers) {
  const input = stepper.querySelector("input");
  const buttons = stepper.querySelectorAll("[data-step]");
  const refresh = () => {
    for (const button of buttons) {
      const edge = button.dataset.step === "1" ? input.max : input.min;
      button.disabled = edge !== "" && input.value === edge;
    }
  };
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => {
      if (button.dataset.step === "1") input.stepUp();
      else input.stepDown();
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  input.addEventListener("input", refresh);
  input.addEventListener("change", refresh);
  refresh();
}
