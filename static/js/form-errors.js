// Decides that a refused form says so at once: focus goes to the summary of reasons.
document.querySelector("[data-form-errors]")?.focus();
