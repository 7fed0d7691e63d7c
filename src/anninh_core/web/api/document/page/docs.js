"use strict";
// Shows openapi.json, and lets one try an operation. Everything is set as text: nothing of it becomes markup.

const SCHEMAS = "#/components/schemas/";

function make(name, attributes = {}, ...children) {
  const element = Object.assign(document.createElement(name), attributes);
  element.append(...children);
  return element;
}

function pretty(value) {
  return JSON.stringify(value, null, 2);
}

/** Return a schema with the components that it refers to written in their place, as deep as people read. */
function unfold(api, schema, depth = 0) {
  if (Array.isArray(schema)) return schema.map((one) => unfold(api, one, depth));
  if (schema === null || typeof schema !== "object") return schema;
  if (schema.$ref && depth < 4) return unfold(api, api.components.schemas[schema.$ref.slice(SCHEMAS.length)], depth + 1);
  return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, unfold(api, value, depth)]));
}

function contentOf(part) {
  return Object.entries((part && part.content) || {})[0] || ["", {}];
}

async function send(path, method, operation, body, headers) {
  const [media] = contentOf(operation.requestBody);
  const token = document.getElementById("token").value.trim();
  const sent = { "Accept-Language": document.getElementById("language").value, ...headers };
  if (media) sent["Content-Type"] = media;
  if (token) sent.Authorization = `Bearer ${token}`;
  const answer = await fetch(path, { method: method.toUpperCase(), headers: sent, body: media ? body : undefined });
  const text = await answer.text();
  const kind = answer.headers.get("Content-Type") || "";
  const shown = kind.includes("json") ? pretty(JSON.parse(text)) : `${text.length} characters of ${kind}`;
  const etag = answer.headers.get("ETag");
  return { fails: !answer.ok, text: `${answer.status}${etag ? `   ETag: ${etag}` : ""}\n${shown}` };
}

/** Return a form that calls an operation, filled with its example. */
function tryForm(path, method, operation) {
  const [, content] = contentOf(operation.requestBody);
  const body = make("textarea", { value: content.example ? pretty(content.example) : "", ariaLabel: "Arguments" });
  const fields = (operation.parameters || [])
    .filter((one) => one.in === "header" && one.name !== "Accept-Language")
    .map((one) => [one.name, make("input", { placeholder: one.example || "" })]);
  const result = make("pre", { hidden: true });
  const form = make("form", {}, ...(operation.requestBody ? [body] : []));
  for (const [name, field] of fields) form.append(make("label", {}, `${name} `, field), " ");
  form.append(make("button", {}, "Call"), result);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const headers = Object.fromEntries(fields.filter(([, one]) => one.value).map(([name, one]) => [name, one.value]));
    result.hidden = false;
    try {
      const { fails, text } = await send(path, method, operation, body.value, headers);
      result.textContent = text;
      result.classList.toggle("fails", fails);
    } catch (error) {
      result.textContent = String(error);
      result.classList.add("fails");
    }
  });
  return form;
}

function facts(operation) {
  const needs = [operation["x-anninh-permission"], ...(operation["x-anninh-needs"] || [])].filter(Boolean);
  return [
    operation["x-anninh-kind"],
    needs.length ? `needs ${needs.join(", ")}` : "",
    operation["x-anninh-traced"] ? "leaves a trace" : "",
    operation["x-anninh-step-up"] ? "takes a second factor" : "",
  ].filter(Boolean).join(" · ");
}

/** Return an operation's entry, whose schemas and form are made when it is opened. */
function entry(api, path, method, operation) {
  const name = path.replace("/api/v1/", "");
  const details = make("details", { id: `op-${name}` }, make("summary", {}, make("code", {}, name), ` ${operation.summary}`));
  details.dataset.words = `${name} ${operation.summary}`.toLowerCase();
  details.addEventListener("toggle", () => {
    if (!details.open || details.childElementCount > 1) return;
    const [, taken] = contentOf(operation.requestBody);
    const [, answered] = contentOf(operation.responses["200"]);
    details.append(
      make("p", { className: "facts" }, facts(operation)),
      make("p", {}, operation.description || ""),
      tryForm(path, method, operation),
      make("h4", {}, "Takes"), make("pre", {}, pretty(unfold(api, taken.schema || {}))),
      make("h4", {}, "Answers"), make("pre", {}, pretty(unfold(api, answered.schema || {}))),
    );
  });
  return details;
}

function showProblems(api) {
  const list = document.getElementById("problems");
  for (const response of Object.values(api.components.responses)) {
    for (const { value } of Object.values(contentOf(response)[1].examples || {})) {
      list.append(make("dt", { id: value.code }, `${value.status} ${value.code}`), make("dd", {}, value.detail));
    }
  }
}

function filter() {
  const words = document.getElementById("find").value.toLowerCase();
  for (const details of document.querySelectorAll("details")) details.hidden = !details.dataset.words.includes(words);
}

async function show() {
  const api = await (await fetch("openapi.json")).json();
  document.getElementById("about").textContent = `${api.info.summary} Version ${api.info.version}.`;
  const main = document.getElementById("operations");
  const places = new Map();
  for (const tag of api.tags) {
    const section = make("section", { id: tag.name }, make("h2", {}, tag.name), make("p", {}, tag.description || ""));
    places.set(tag.name, section);
    main.append(section);
    document.getElementById("subjects").append(make("a", { href: `#${tag.name}` }, tag.name));
  }
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      places.get(operation.tags[0]).append(entry(api, path, method, operation));
    }
  }
  showProblems(api);
  document.getElementById("find").addEventListener("input", filter);
  document.getElementById("known").addEventListener("submit", (event) => event.preventDefault());
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

show();
