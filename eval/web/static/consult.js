// A person as the doctor.
"use strict";

const by = (id) => document.getElementById(id);
let number = null;

async function post(where, body) {
  const reply = await fetch(where, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  if (!reply.ok) throw new Error(await reply.text());
  return reply.json();
}
function add(who, text) {
  const name = who === "doctor" ? t("医生", "doctor") : t("患者", "patient");
  by("chat").append(make("div", { class: `said ${who}`, dir: "auto" }, make("span", { class: "who" }, name), text));
}
async function attempt(act) {
  by("problem").textContent = "";
  for (const button of document.querySelectorAll("form button")) button.disabled = true;
  try { await act(); } catch (error) { by("problem").textContent = error.message; }
  for (const button of document.querySelectorAll("form button")) button.disabled = false;
}
by("begin").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    const begun = await post("/api/consult", { name: by("name").value, case: by("case").value });
    number = begun.number;
    by("chat").replaceChildren();
    add("patient", begun.opening);
    by("say").hidden = false;
    by("words").focus();
  });
});
by("say").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    const text = by("words").value.trim();
    const answer = await post(`/api/consult/${number}`, { text });
    add("doctor", text);
    by("words").value = "";
    if (answer.patient) add("patient", answer.patient);
    if (answer.ended) {
      by("say").hidden = true;
      by("chat").append(make("p", {}, make("a", { href: answer.where }, t("查看评分与回放", "See the scores and the replay"))));
      by("chat").lastChild.firstChild.focus();
    } else by("words").focus();
  });
});
