// A person as the doctor. The address names the consultation (#KEY), so that the page can be loaded again.
"use strict";

let round = 0;

const key = () => location.hash.slice(1);
function add(who, text) {
  const name = who === "doctor" ? t("医生", "doctor") : t("患者", "patient");
  by("chat").append(make("div", { class: `said ${who}`, dir: "auto" }, make("span", { class: "who" }, name), text));
}
const tell = (error) => { by("problem").textContent = error.message; };
async function attempt(act) {
  by("problem").textContent = "";
  for (const button of document.querySelectorAll("main button")) button.disabled = true;
  try { await act(); } catch (error) { tell(error); }
  for (const button of document.querySelectorAll("main button")) button.disabled = false;
}
function show(state) {
  round = state.round;
  by("chat").replaceChildren();
  for (const { speaker, text } of state.messages) add(speaker, text);
  by("begin").hidden = true;
  by("unfinished").hidden = true;
  by("say").hidden = state.ended;
  if (!state.ended) { by("words").focus(); by("say").scrollIntoView({ block: "nearest" }); return; }
  const link = make("a", { href: state.where + location.search }, t("查看评分与回放", "See the scores and the replay"));
  by("chat").append(make("p", {}, link));
  link.focus();
}
const refresh = async () => show(await call(`/api/consult/${key()}`));
async function say(body) {
  await call(`/api/consult/${key()}`, { ...body, round: round + 1 });
  by("words").value = "";
  await refresh();
}
async function offer() {
  const name = by("name").value.trim();
  by("unfinished").hidden = true;
  if (!name) return;
  person.name = name;
  const found = await call(`/api/consult?name=${encodeURIComponent(name)}`);
  by("unfinished").querySelector("ul").replaceChildren(...found.map((one) => {
    const button = make("button", { type: "button" }, t("继续", "Go on"));
    button.addEventListener("click", () => { location.hash = one.key; });
    const when = new Date(one.started).toLocaleString();
    return make("li", {}, `${one.case} · ${one.department} · ${when} · `, t(`${one.rounds} 轮`, `${one.rounds} rounds`), " ", button);
  }));
  by("unfinished").hidden = !found.length;
}
by("begin").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    person.name = by("name").value.trim();
    location.hash = (await call("/api/consult", { name: person.name, case: by("case").value })).key;
  });
});
by("say").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(() => say({ text: by("words").value.trim() }));
});
by("leave").addEventListener("click", () => {
  if (confirm(words("不下结论就结束吗？", "End without a conclusion?"))) attempt(() => say({ leave: true }));
});
by("name").addEventListener("change", () => offer().catch(tell));
addEventListener("hashchange", () => (key() ? attempt(refresh) : location.reload()));
by("name").value = person.name;
attempt(key() ? refresh : offer);
