// Shows dialogues (see eval/replay.py for their shape). Everything that a model wrote becomes a text node, never markup.
"use strict";

const make = (tag, attributes, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {}))
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
};
const t = (zh, en) => make("span", {}, make("span", { class: "zh", lang: "zh" }, zh), make("span", { class: "en", lang: "en" }, en));
const fixed = (value) => (value === null ? "–" : value.toFixed(2));

const KINDS = {
  specific: ["记录在案", "on record"], repeat: ["重复", "repeat"], absent: ["不在记录", "not on record"],
  record_group: ["病历分组", "group of the record"], term_group: ["术语分组", "group of terms"], history: ["整类病史", "whole history"],
  reports: ["问哪一项", "which one?"], open: ["开放式", "open question"], personal: ["个人情况", "personal"], leak: ["套取脚本", "asks for the script"],
};

class Replay {
  // Draws one dialogue into `root`; `onRound` is told of each step.
  constructor(root, dialogue, onRound) {
    Object.assign(this, { root, dialogue, onRound, round: 0, timer: null });
    this.names = Object.fromEntries(dialogue.checklist.map((fact) => [fact.id, fact.name]));
    this.last = dialogue.turns.length;
    this.draw();
  }

  draw() {
    const d = this.dialogue;
    const button = (id, zh, en, act) => {
      const node = make("button", { type: "button", "data-step": id }, t(zh, en));
      node.addEventListener("click", act);
      return node;
    };
    this.playButton = button("play", "播放", "Play", () => this.play());
    this.where = make("output", { "aria-live": "polite" });
    const controls = make("div", { class: "controls step", role: "group", "aria-label": "回放 replay" },
      button("first", "开头", "Start", () => this.step(0)), button("back", "上一轮", "Back", () => this.step(this.round - 1)),
      this.playButton, button("next", "下一轮", "Next", () => this.step(this.round + 1)),
      button("last", "结尾", "End", () => this.step(this.last)), this.where);
    this.turns = d.turns.map((turn) => make("div", { class: "turn", id: `round-${turn.round}` }, ...this.turn(turn)));
    const chat = make("div", { class: "chat" }, this.said("patient", d.opening), ...this.turns,
      d.failure ? make("p", { class: "failed" }, d.failure) : null);
    this.side = make("div", { class: "side", tabindex: "0", role: "region", "aria-label": `得分清单 checklist ${Replay.drawn += 1}` });
    this.root.replaceChildren(controls, make("div", { class: "replay" }, chat, this.side));
  }

  said(who, text, nodes) {
    const name = who === "doctor" ? t("医生", "doctor") : this.dialogue.question ? t("题目", "question") : t("患者", "patient");
    const long = text.length > 1500 ? { tabindex: "0", role: "region", "aria-label": who } : {};
    return make("div", { class: `said ${who}`, dir: "auto", ...long }, make("span", { class: "who" }, name), ...(nodes || [text]));
  }

  turn(turn) {
    const points = Object.values(turn.credit).reduce((sum, value) => sum + value, 0);
    const asks = turn.asks.map((ask) => {
      const facts = ask.facts.map((id) => (this.names[id] || id.split("/").pop()) + (turn.credit[id] ? ` +${turn.credit[id]}` : ""));
      const sure = ask.confidence < 1 ? ` (${Math.round(ask.confidence * 100)} %)` : "";
      const kind = KINDS[ask.kind] || [ask.kind, ask.kind];
      return make("li", {}, `${ask.mention} → `, t(kind[0], kind[1]), `${sure}${ask.category ? ` · ${ask.category}` : ""}`,
        facts.length ? `: ${facts.join(", ")}` : "");
    });
    const note = turn.concluding ? t("下结论", "concludes") : asks.length ? null : t("未识别出提问", "nothing recognised");
    const read = make("div", { class: "read" }, note, make("ul", {}, ...asks),
      points ? make("span", { class: "points" }, `+${points} `, t("分", points === 1 ? "point" : "points")) : null,
      turn.rejected ? make("div", {}, t("改写被拒：", "rewording rejected: "), turn.rejected) : null);
    return [this.said("doctor", turn.doctor, turn.concluding ? this.marked(turn.doctor) : null), read,
      turn.patient ? this.said("patient", turn.patient) : null].filter(Boolean);
  }

  marked(text) {
    // The words of the conclusion that a reference name was found in, marked by whether they count.
    const spans = [];
    for (const target of this.dialogue.targets) {
      const start = target.text ? text.indexOf(target.text) : -1;
      const end = start + target.text.length;
      if (start >= 0 && !spans.some((span) => start < span.end && span.start < end)) spans.push({ start, end, target });
    }
    const nodes = [];
    let at = 0;
    for (const { start, end, target } of spans.sort((a, b) => a.start - b.start)) {
      nodes.push(text.slice(at, start), make("mark", { class: target.points ? "" : "missed", title: target.target }, text.slice(start, end)));
      at = end;
    }
    return [...nodes, text.slice(at)];
  }

  show(round) {
    this.round = Math.max(0, Math.min(this.last, round));
    this.turns.forEach((node, i) => { node.hidden = i >= this.round; });
    this.drawSide();
    if (this.round === this.last) this.pause();
    this.onRound(this.round);
  }

  step(round) {
    // As show, and brings the turn into sight.
    this.show(round);
    if (this.round) this.turns[this.round - 1].scrollIntoView({ block: "nearest" });
    else this.root.scrollIntoView({ block: "nearest" });
  }

  drawSide() {
    const d = this.dialogue;
    const earned = {};
    for (const turn of d.turns.slice(0, this.round)) for (const [id, points] of Object.entries(turn.credit)) earned[id] = { points, round: turn.round };
    const total = d.checklist.reduce((sum, fact) => sum + fact.weight, 0);
    const got = d.checklist.reduce((sum, fact) => sum + (earned[fact.id] ? earned[fact.id].points : 0), 0);
    const item = (fact) => {
      const has = earned[fact.id];
      return make("li", { class: has ? "earned" : "todo" }, `${has ? "☑" : "☐"} ${fact.name} `, `${has ? has.points : 0}/${fact.weight}`, has ? ` (${has.round})` : "");
    };
    const phase = (name, zh, en) => {
      const facts = d.checklist.filter((fact) => fact.phase === name);
      return facts.length ? [make("h3", {}, t(zh, en)), make("ul", {}, ...facts.map(item))] : [];
    };
    let latest = 0;
    const tiers = d.order.map((tier) => {
      const tokens = tier.map(({ token, round }) => {
        const asked = round !== null && round <= this.round;
        const late = asked && round < latest;
        return make("span", { class: asked ? (late ? "late" : "earned") : "todo" }, `${token} ${asked ? `(${round})` : "–"}  `);
      });
      latest = Math.max(latest, ...tier.map(({ round }) => (round !== null && round <= this.round ? round : 0)));
      return make("div", { class: "tier" }, ...tokens);
    });
    const over = this.round === this.last;
    const targets = d.targets.map((target) => make("li", { class: target.points ? "earned" : "late" }, `${target.points ? "✓" : "✗"} ${target.target}`));
    this.where.textContent = `${this.round} / ${this.last}${total ? ` · +${got}/${total}` : ""}`;
    this.side.replaceChildren(
      ...(total ? [make("h3", {}, t("信息", "Information"), ` ${got} / ${total}`), make("progress", { max: total, value: got, "aria-label": "信息 information" })] : []),
      ...(over && targets.length ? [make("h3", {}, t("结论", "Conclusion")), make("ul", {}, ...targets)] : []),
      ...(over ? [make("h3", {}, t("评分", "Scores")),
        make("ul", {}, ...d.scores.map((score) => make("li", {}, t(score.chinese, score.english), `: ${fixed(score.value)}${score.value === null ? ` (${score.status})` : ""}`)))] : []),
      ...(tiers.length ? [make("h3", {}, t("问诊顺序（先上后下）", "Order of inquiry (top first)")), ...tiers] : []),
      ...phase("diagnostic", "诊断阶段", "For the diagnosis"), ...phase("treatment", "治疗阶段", "For the treatment"),
    );
  }

  play() {
    if (this.timer) return this.pause();
    if (this.round === this.last) this.show(0);
    this.playButton.replaceChildren(t("暂停", "Pause"));
    this.timer = setInterval(() => this.step(this.round + 1), 1500);
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    this.playButton.replaceChildren(t("播放", "Play"));
  }

  key(event) {
    if (event.target.matches("input, select, textarea, .scroll, .side, .said") || event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = { ArrowRight: 1, ArrowLeft: -1 };
    if (event.key in steps) this.step(this.round + steps[event.key]);
    else if (event.key === "Home") this.step(0);
    else if (event.key === "End") this.step(this.last);
    else if (event.key === " " && !event.target.matches("button")) this.play();
    else return;
    event.preventDefault();
  }
}

Replay.drawn = 0;

const setLanguage = (language) => {
  document.documentElement.dataset.lang = language;
  document.documentElement.lang = language;
  for (const button of document.querySelectorAll("[data-set-lang]")) button.setAttribute("aria-pressed", button.dataset.setLang === language);
};
const remembered = (() => { try { return localStorage.getItem("language"); } catch { return null; } })();
setLanguage(remembered || ((navigator.language || "zh").toLowerCase().startsWith("zh") ? "zh" : "en"));
for (const button of document.querySelectorAll("[data-set-lang]")) button.addEventListener("click", () => {
  setLanguage(button.dataset.setLang);
  try { localStorage.setItem("language", button.dataset.setLang); } catch { /* a page that may keep nothing asks again */ }
});
