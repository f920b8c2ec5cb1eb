// The table of dialogues (sort, filter) and the replay of the one that the address names: #CASE/TRIAL/ROUND.
"use strict";

const dialogues = JSON.parse(document.getElementById("dialogues").textContent);
const rows = [...document.querySelectorAll("#table tbody tr")];
const panel = document.getElementById("panel");
let replay = null;

function filter() {
  const wanted = Object.fromEntries([...document.querySelectorAll("[data-filter]")].map((node) => [node.dataset.filter, node.value.trim().toLowerCase()]));
  let shown = 0;
  for (const row of rows) {
    row.hidden = Object.entries(wanted).some(([name, value]) => value && (name === "case" ? !row.dataset.case.toLowerCase().includes(value) : row.dataset[name].toLowerCase() !== value));
    shown += !row.hidden;
  }
  document.getElementById("shown").textContent = `${shown} / ${rows.length}`;
}
for (const node of document.querySelectorAll("[data-filter]")) node.addEventListener("input", filter);

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
document.querySelectorAll("#table th").forEach((heading, i) => heading.querySelector("button")?.addEventListener("click", () => sort(i, heading)));

function open() {
  const [id, trial = "1", round] = decodeURIComponent(location.hash.slice(1)).split("/");
  const dialogue = dialogues.find((one) => one.case === id && String(one.trial) === trial);
  if (replay) replay.pause();
  panel.hidden = !dialogue;
  if (!dialogue) { replay = null; return; }
  document.getElementById("panel-title").textContent = `${dialogue.case} #${dialogue.trial} · ${dialogue.department} · ${dialogue.stop}`;
  if (!replay || replay.dialogue !== dialogue) {
    replay = new Replay(document.getElementById("replay"), dialogue, (at) => history.replaceState(null, "", `#${encodeURIComponent(id)}/${trial}/${at}`));
    panel.scrollIntoView();
    document.getElementById("panel-title").focus();
  }
  replay.show(round === undefined ? replay.last : Number(round) || 0);
}
addEventListener("hashchange", open);
document.addEventListener("keydown", (event) => { if (replay) replay.key(event); });
document.getElementById("close").addEventListener("click", () => { location.hash = ""; });
filter();
open();
