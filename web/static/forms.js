// Fields that do not count are taken out of sight at once. Without this script they stay, with a
// line that says when they count; the server decides in either case.
"use strict";

for (const form of document.querySelectorAll("form[data-conditions]")) {
  const conditions = JSON.parse(form.dataset.conditions);

  const answer = (key) => {
    const boxes = [...form.elements].filter((box) => box.name === key);
    const [first] = boxes;
    if (!first) return null;
    if (first.type === "checkbox" && boxes.length === 1) return first.checked;
    if (first.type === "radio") return boxes.find((box) => box.checked)?.value ?? null;
    return first.value || null;
  };

  const place = (key) => {
    const box = [...form.elements].find((one) => one.name === key || one.name === `${key}-day`);
    if (!box) return null;
    return box.closest(".date-group, fieldset:not(.form-section)")?.closest(".form-group")
      ?? box.closest(".form-group");
  };

  const same = (given, value) =>
    typeof value === "boolean" || value === null ? given === value : String(given) === value;

  const look = () => {
    for (const { key, of, op, value } of conditions) {
      const field = place(key);
      if (field) field.hidden = same(answer(of), value) === (op === "=");
    }
  };

  form.addEventListener("change", look);
  look();
}
