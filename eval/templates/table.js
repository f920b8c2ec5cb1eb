// The table of dialogues: sort by any column, filter by what is chosen above it.
"use strict";

const rows = [...document.querySelectorAll("#table tbody tr")];
const filters = [...document.querySelectorAll("[data-filter]")];

function filter() {
  let shown = 0;
  for (const row of rows) {
    row.hidden = filters.some(({ dataset, value }) => {
      const [wanted, has] = [value.trim().toLowerCase(), row.dataset[dataset.filter].toLowerCase()];
      return wanted && (dataset.filter === "case" ? !has.includes(wanted) : has !== wanted);
    });
    shown += !row.hidden;
  }
  document.getElementById("shown").textContent = `${shown} / ${rows.length}`;
}
for (const node of filters) node.addEventListener("input", filter);

function sort(column, heading) {
  const descending = heading.getAttribute("aria-sort") === "ascending";
  for (const other of document.querySelectorAll("#table th")) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
  rows.sort((a, b) => {
    const [one, two] = [value(a), value(b)];
    const both = one !== "" && two !== "" && !isNaN(one) && !isNaN(two);
    return (both ? one - two : String(one).localeCompare(two, "zh")) * (descending ? -1 : 1);
  });
  document.querySelector("#table tbody").append(...rows);
}
document.querySelectorAll("#table th").forEach((heading, i) => heading.querySelector("button").addEventListener("click", () => sort(i, heading)));
filter();
