// How many marks the person who sits here has made on each dialogue of the run.
"use strict";

const { key } = JSON.parse(by("address").textContent);

async function count() {
  const marks = await call(`/api/judgements/${key}?judge=${encodeURIComponent(person.name)}`);
  for (const row of rows) {
    const made = marks.filter((mark) => mark.case_id === row.dataset.case && String(mark.trial) === row.dataset.trial && (mark.verdict || mark.rating));
    const cell = row.querySelector(".marks");
    cell.textContent = made.length || "";
    cell.dataset.value = made.length;
  }
}
if (person.name) count();
