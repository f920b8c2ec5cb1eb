// The same case with two doctors, stepped together.
"use strict";

const roots = [...document.querySelectorAll(".one")];
const replays = JSON.parse(document.getElementById("dialogues").textContent).map((dialogue, i) => new Replay(roots[i], dialogue, () => {}));
document.addEventListener("keydown", (event) => replays.forEach((replay) => replay.key(event)));
replays.forEach((replay) => replay.show(replay.last));
