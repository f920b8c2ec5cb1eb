// What the pages share: talking with the server, and who is sitting here.
"use strict";

const by = (id) => document.getElementById(id);
const words = (zh, en) => (document.documentElement.dataset.lang === "zh" ? zh : en);
const person = {
  get name() { return localStorage.getItem("person") || ""; },
  set name(name) { localStorage.setItem("person", name); },
};

async function call(where, body) {
  // The server's answer as JSON; throws an error with one line that says what is wrong.
  const post = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  let reply;
  try { reply = await fetch(where, body === undefined ? {} : post); } catch { throw new Error(words("连不上服务器", "the server cannot be reached")); }
  const told = await reply.json().catch(() => ({ error: `${reply.status}` }));
  if (!reply.ok) throw new Error(told.error);
  return told;
}
