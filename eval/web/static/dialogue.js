// One dialogue: its replay, and the marks of a clinician, each saved as it is made.
"use strict";

const [dialogue] = JSON.parse(document.getElementById("dialogues").textContent);
const address = JSON.parse(document.getElementById("address").textContent);
const nameField = document.getElementById("judge-name");
const saved = document.getElementById("saved");
const marks = {};
const redraw = {};

const replay = new Replay(document.getElementById("replay"), dialogue, (round) => history.replaceState(null, "", `${location.search}#${round}`));
document.addEventListener("keydown", (event) => replay.key(event));

async function put(subject, change) {
  const judge = nameField.value.trim();
  if (!judge) { nameField.focus(); saved.textContent = "请先填写姓名 your name first, please"; return; }
  const before = marks[subject] || { verdict: "", rating: null, comment: "" };
  marks[subject] = { ...before, ...change };
  redraw[subject].forEach((draw) => draw());
  const body = { ...marks[subject], subject, judge, key: address.key, case_id: address.case, trial: address.trial };
  try {
    const reply = await fetch("/api/judge", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    if (!reply.ok) throw new Error((await reply.json()).error);
    saved.textContent = `已保存 saved: ${subject}`;
  } catch (error) {
    marks[subject] = before;
    redraw[subject].forEach((draw) => draw());
    saved.textContent = `未保存 not saved: ${error.message}`;
  }
}

function toggle(subject, field, value, text, label) {
  const button = make("button", { type: "button", "aria-label": label }, text);
  (redraw[subject] ||= []).push(() => button.setAttribute("aria-pressed", String((marks[subject] || {})[field] === value)));
  button.addEventListener("click", () => put(subject, { [field]: (marks[subject] || {})[field] === value ? (field === "verdict" ? "" : null) : value }));
  return button;
}

function comment(subject, label) {
  const field = make("input", { "aria-label": `${label}: 意见 comment`, placeholder: "意见 comment", maxlength: "10000" });
  (redraw[subject] ||= []).push(() => { if (document.activeElement !== field) field.value = (marks[subject] || {}).comment || ""; });
  field.addEventListener("change", () => put(subject, { comment: field.value }));
  return field;
}

const verdict = (subject, label) => [toggle(subject, "verdict", "right", "✓", `${label}: 正确 right`), toggle(subject, "verdict", "wrong", "✗", `${label}: 错误 wrong`), comment(subject, label)];

replay.turns.forEach((node, i) => {
  const subject = `reading/${i + 1}`;
  node.append(make("div", { class: "read no-print controls", role: "group", "aria-label": `第 ${i + 1} 轮的解读 reading of round ${i + 1}` }, ...verdict(subject, subject)));
});
for (const cell of document.querySelectorAll("[data-verdict]")) cell.append(make("div", { class: "controls" }, ...verdict(cell.dataset.verdict, cell.dataset.title)));
for (const cell of document.querySelectorAll("[data-rating]"))
  cell.append(make("div", { class: "controls" }, ...[1, 2, 3, 4, 5].map((n) => toggle(cell.dataset.rating, "rating", n, String(n), `${cell.dataset.title}: ${n}`)), comment(cell.dataset.rating, `${cell.dataset.title} (1–5)`)));

async function load() {
  const judge = nameField.value.trim();
  for (const subject of Object.keys(marks)) delete marks[subject];
  if (judge) {
    localStorage.setItem("judge", judge);
    const reply = await fetch(`/api/judgements/${address.key}/${encodeURIComponent(address.case)}/${address.trial}?judge=${encodeURIComponent(judge)}`);
    for (const mark of await reply.json()) marks[mark.subject] = mark;
    for (const subject of Object.keys(marks)) marks[subject] = { verdict: marks[subject].verdict, rating: marks[subject].rating, comment: marks[subject].comment };
  }
  Object.values(redraw).flat().forEach((draw) => draw());
}
nameField.value = localStorage.getItem("judge") || "";
nameField.addEventListener("change", load);
replay.show(location.hash ? Number(location.hash.slice(1)) || 0 : replay.last);
load();
