// Calls of clients from npm, made in a process of their own: its folder has the client installed, and nothing of ours.
//
//     cd FOLDER && node calls.mjs CLIENT < told.json
//
// As calls.py does for clients from PyPI: `told.json` says who there is, the environment leads to the proxy, and printed
// is, for each call, "" or what it failed with.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(process.cwd(), "client.js"));

/** The calls of zalo-sdk: one function, and the paths that its page names. */
function zaloSdk(told) {
  const { ZaloOA, ZaloSocial } = require("zalo-sdk");
  const account = new ZaloOA({ oaid: told.oa_id, secretkey: told.secret });
  const social = new ZaloSocial({ appId: told.app_id, appSecret: told.secret, redirectUri: "https://example.invalid/" });
  return {
    "getAccessTokenByOauthCode": () => new Promise((done) => social.getAccessTokenByOauthCode(told.code, done)),
    "api me": () => social.api("me", "GET", { fields: "id,name" }),
    "api getprofile": () => account.api("getprofile", { uid: told.user_id }),
    "api sendmessage/text": () => account.api("sendmessage/text", "POST", { uid: told.user_id, message: "dạ" }),
  };
}

/** The calls of zalo-api. */
function zaloApi(told) {
  const { OA, Social } = require("zalo-api");
  const by = { access_token: told.access_token };
  const recipient = { user_id: told.user_id };
  return {
    "Social.access_token": () =>
      Social.access_token({ app_id: told.app_id, app_secret: told.secret, code: told.code }),
    "Social.profile": () => Social.profile({ ...by, fields: "id,name" }),
    "OA.get_info": () => OA.get_info(by),
    "OA.text_message": () => OA.text_message({ ...by, recipient, message: { text: "dạ" } }),
    "OA.get_profile": () => OA.get_profile({ ...by, data: { user_id: told.user_id } }),
    "OA.get_followers": () => OA.get_followers({ ...by, data: { offset: 0, count: 10 } }),
    "OA.list_tags": () => OA.list_tags(by),
    "OA.assign_tag": () => OA.assign_tag({ ...by, user_id: told.user_id, tag_name: "tổ 1" }),
    "OA.delete_tag": () => OA.delete_tag({ ...by, tag_name: "tổ 1" }),
    "OA.upload_file": () => OA.upload_file({ ...by, file: Buffer.from("%PDF") }),
  };
}

/** What OpenClaw asks of its Zalo channel; the rest of OpenClaw doesn't run. */
async function openclawZalo(told) {
  const folder = join(require.resolve("@openclaw/zalo/package.json"), "..", "dist");
  const module = (name) => import(pathToFileURL(join(folder, name)).href);
  const { zaloPlugin } = await module("channel-plugin-api.js");
  (await module("runtime-api.js")).setZaloRuntime({});
  const cfg = { channels: { zalo: { enabled: true, botToken: told.bot_token, dmPolicy: "open", allowFrom: ["*"] } } };
  const account = zaloPlugin.config.resolveAccount(cfg);
  return {
    "status.probeAccount": () => zaloPlugin.status.probeAccount({ account, timeoutMs: 5000 }),
    "outbound.sendText": () => zaloPlugin.outbound.sendText({ cfg, to: told.chat_id, text: "dạ" }),
    "outbound.sendMedia": () =>
      zaloPlugin.outbound.sendMedia({ cfg, to: told.chat_id, text: "ảnh", mediaUrl: "https://example.invalid/a.jpg" }),
    "actions.handleAction send": () =>
      zaloPlugin.actions.handleAction({ action: "send", params: { to: told.chat_id, message: "dạ" }, cfg }),
    "gateway.startAccount": () => receive(zaloPlugin, cfg, account),
  };
}

/** Let the channel poll, and end it with the first message. */
async function receive(plugin, cfg, account) {
  const end = new AbortController();
  const told = [];
  const heard = new Promise((done) => {
    const setStatus = (status) => status.lastInboundAt && done(status.lastInboundAt);
    const runtime = { log: () => {}, error: (line) => told.push(line) };
    const context = { cfg, account, accountId: account.accountId, runtime, abortSignal: end.signal, setStatus };
    plugin.gateway.startAccount({ ...context, getStatus: () => ({}) }).catch((error) => told.push(error.message));
    setTimeout(() => done(), 10_000).unref();
  });
  const at = await heard;
  end.abort();
  return at ? { ok: true } : { ok: false, error: told.at(-1) ?? "nothing was heard" };
}

const CLIENTS = { "npm:zalo-sdk": zaloSdk, "npm:zalo-api": zaloApi, "npm:@openclaw/zalo": openclawZalo };

/** Make a call, and return "" or what it failed with. */
async function attempt(call) {
  try {
    return failure(await call());
  } catch (error) {
    return `${error.name}: ${error.message}`.split("\n")[0];
  }
}

/** Return what an answer says went wrong, "" for nothing. */
function failure(answer) {
  if (!answer) return "nothing";
  const told = answer.details ?? answer;
  if (told instanceof Error) return `${told.name}: ${told.message}`.split("\n")[0];
  if (!told.error && told.ok !== false) return "";
  return told.error?.code ?? `${told.error_code ?? told.error}: ${told.message ?? told.description}`;
}

const told = JSON.parse(readFileSync(0, "utf-8"));
const calls = await CLIENTS[process.argv[2]](told);
const results = {};
for (const [name, call] of Object.entries(calls)) results[name] = await attempt(call);
process.stdout.write(JSON.stringify(results), () => process.exit());
