// The replay of the dialogue that the address names: #CASE/TRIAL/ROUND.
"use strict";

const dialogues = JSON.parse(document.getElementById("dialogues").textContent);
const panel = document.getElementById("panel");
let replay = null;

function named() {
  try { return location.hash.slice(1).split("/").map(decodeURIComponent); } catch { return [""]; }
}

function open() {
  const [id, trial = "1", round] = named();
  const dialogue = dialogues.find((one) => one.case === id && String(one.trial) === trial);
  if (replay) replay.pause();
  panel.hidden = !dialogue;
  if (!dialogue) { replay = null; return; }
  if (!replay || replay.dialogue !== dialogue) {
    document.getElementById("panel-title").replaceChildren(`${dialogue.case} #${dialogue.trial} · ${dialogue.department}`);
    replay = new Replay(document.getElementById("replay"), dialogue, (at) => history.replaceState(null, "", `#${encodeURIComponent(id)}/${trial}/${at}`));
    panel.scrollIntoView();
    document.getElementById("panel-title").focus({ preventScroll: true });
  }
  replay.show(round === undefined ? replay.last : Number(round) || 0);
}
addEventListener("hashchange", open);
document.addEventListener("keydown", (event) => { if (replay) replay.key(event); });
document.getElementById("close").addEventListener("click", () => { location.hash = ""; });
open();
