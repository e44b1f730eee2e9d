// Decides that an open menu closes when attention leaves it: <details data-menu>.
const close = (menu) => { menu.open = false; };
const open = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) close(menu);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    close(menu);
    menu.querySelector("summary").focus();
  }
});

// Filters stand open beside the list where there is room; without JavaScript they open at a press.
const wide = matchMedia("(min-width: 60rem)");
const spread = () => {
  for (const drawer of document.querySelectorAll("details[data-open-wide]")) if (wide.matches) drawer.open = true;
};
wide.addEventListener("change", spread);
wide.addEventListener("change", () => {
  for (const more of document.querySelectorAll(".work-more")) more.open = wide.matches;
});
spread();
