// One dialogue: its replay, and the marks of a clinician, each saved as it is made, in the order in which it was made.
"use strict";

const [dialogue] = JSON.parse(by("dialogues").textContent);
const address = JSON.parse(by("address").textContent);
const marks = {};
const redraw = {};
const unsaved = new Map();
let last = Promise.resolve();

const replay = new Replay(by("replay"), dialogue, (round) => history.replaceState(null, "", `${location.search}#${round}`));
document.addEventListener("keydown", (event) => replay.key(event));

const judge = () => by("judge-name").value.trim();
const draw = (subject) => redraw[subject]?.forEach((act) => act());

function change(subject, changed) {
  // Takes a change over at once and saves it after those before it. What could not be saved stays, and is tried again.
  if (!judge()) { by("saved").textContent = words("请先填写姓名", "your name first, please"); by("judge-name").focus(); draw(subject); return; }
  marks[subject] = { verdict: "", rating: null, comment: "", ...marks[subject], ...changed };
  unsaved.set(subject, judge());
  draw(subject);
  save();
}

function save() {
  last = last.then(async () => {
    for (const [subject, name] of [...unsaved]) {
      const mark = { ...marks[subject] };
      try {
        await call("/api/judge", { ...mark, subject, judge: name, key: address.key, case_id: address.case, trial: address.trial });
        if (JSON.stringify(mark) === JSON.stringify(marks[subject])) unsaved.delete(subject);
        by("saved").textContent = words(`已保存：${subject}`, `saved: ${subject}`);
        by("again").hidden = true;
      } catch (error) {
        by("saved").textContent = words(`${unsaved.size} 个标记未保存：${error.message}`, `${unsaved.size} not saved: ${error.message}`);
        by("again").hidden = false;
        return;
      }
    }
  });
}
by("again").addEventListener("click", save);
addEventListener("online", save);
addEventListener("beforeunload", (event) => {
  document.activeElement?.blur();
  if (unsaved.size) event.preventDefault();
});

function toggle(subject, field, value, text, label) {
  const button = make("button", { type: "button", "aria-label": label }, text);
  const pressed = () => (marks[subject] || {})[field] === value;
  (redraw[subject] ||= []).push(() => button.setAttribute("aria-pressed", String(pressed())));
  button.addEventListener("click", () => change(subject, { [field]: pressed() ? (field === "verdict" ? "" : null) : value }));
  return button;
}

function comment(subject, label) {
  const field = make("input", { "aria-label": `${label}: 意见 comment`, placeholder: "意见 comment", maxlength: "10000" });
  (redraw[subject] ||= []).push(() => { if (document.activeElement !== field) field.value = (marks[subject] || {}).comment || ""; });
  field.addEventListener("change", () => change(subject, { comment: field.value }));
  return field;
}

const verdict = (subject, label) => [toggle(subject, "verdict", "right", "✓", `${label}: 正确 right`), toggle(subject, "verdict", "wrong", "✗", `${label}: 错误 wrong`), comment(subject, label)];

replay.turns.forEach((node, i) => {
  const label = `第 ${i + 1} 轮的解读 reading of round ${i + 1}`;
  node.append(make("div", { class: "read no-print controls", role: "group", "aria-label": label }, t("解读正确吗", "read right?"), ...verdict(`reading/${i + 1}`, label)));
});
for (const cell of document.querySelectorAll("[data-verdict]")) cell.append(make("div", { class: "controls" }, ...verdict(cell.dataset.verdict, cell.dataset.title)));
for (const cell of document.querySelectorAll("[data-rating]"))
  cell.append(make("div", { class: "controls" }, ...[1, 2, 3, 4, 5].map((n) => toggle(cell.dataset.rating, "rating", n, String(n), `${cell.dataset.title}: ${n}`)), comment(cell.dataset.rating, `${cell.dataset.title} (1–5)`)));

function load() {
  // The marks that the person has made before, after those are saved that are under way.
  for (const subject of Object.keys(marks)) delete marks[subject];
  Object.keys(redraw).forEach(draw);
  const name = judge();
  if (!name) return;
  person.name = name;
  last = last.then(async () => {
    try {
      const found = await call(`/api/judgements/${address.key}/${encodeURIComponent(address.case)}/${address.trial}?judge=${encodeURIComponent(name)}`);
      if (name !== judge()) return;
      for (const { subject, verdict, rating, comment } of found) if (!unsaved.has(subject)) marks[subject] = { verdict, rating, comment };
      Object.keys(redraw).forEach(draw);
    } catch (error) { by("saved").textContent = error.message; }
  });
}
by("judge-name").value = person.name;
by("judge-name").addEventListener("change", load);
replay.show(location.hash ? Number(location.hash.slice(1)) || 0 : replay.last);
Object.keys(redraw).forEach(draw);
load();
