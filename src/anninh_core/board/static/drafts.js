// Keeps words on the server while they are typed. What can't be kept stays in its field and is tried again.
// A module runs once, however often htmx brings it
const PAUSE = 5000, unkept = new Set();
let timer, last;

const keep = async (form) => {
  const fields = form.elements, said = form.querySelector("[data-unkept]"), body = new URLSearchParams();
  for (const name of ["form_token", "draft_part", "draft_field", fields.draft_field.value]) body.set(name, fields[name].value);
  unkept.delete(form);
  form.stop = new AbortController();
  let words = said.dataset.unkept;
  try {
    const answer = await fetch(form.dataset.keep, { method: "POST", body, keepalive: document.hidden, signal: form.stop.signal });
    words = (await answer.json()).said;
  } catch {
    if (form.stop.signal.aborted) return;
    unkept.add(form);
  }
  if (said.textContent !== words) said.textContent = words;
};
// One after another: older words never replace newer ones. A page that goes can't wait.
const keepAll = () => (last = Promise.resolve(document.hidden || last)
  .then(() => Promise.all([...unkept].filter((form) => form.isConnected).map(keep))));
const wait = () => new Promise((done) => setTimeout(done, PAUSE));

document.addEventListener("input", ({ target: { form, name } }) => {
  if (form?.dataset.keep && form.elements.draft_field.value === name) {
    unkept.add(form);
    timer ??= wait().then(() => { timer = null; keepAll(); });
  }
});
document.addEventListener("visibilitychange", () => document.hidden && keepAll());
addEventListener("online", keepAll);

// What is sent is no draft; other words are kept before the page goes.
document.addEventListener("submit", ({ target, defaultPrevented }) => {
  if (defaultPrevented) return;
  target.stop?.abort();
  unkept.delete(target);
}, true);
document.addEventListener("htmx:confirm", (event) => {
  if (!unkept.size) return;
  event.preventDefault();
  Promise.race([keepAll(), wait()]).then(() => event.detail.issueRequest(true));
});
