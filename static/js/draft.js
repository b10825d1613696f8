// data-draft="/address/" on a form: its fields are kept on the server a second after the last key.
// [data-draft-state] inside it says so: its data-saving, data-saved, data-failed are the words.
// A form sent while its draft is on the way waits for that, so that the draft is not left behind.
// What is sent, or cannot be kept, is remembered in this tab: where the session was over, signing in
// (data-sign-in="/address/") leads back to the form, and the text is there again.
const timers = new WeakMap();
const saving = new WeakMap();

const tell = (form, word) => {
  const state = form.querySelector("[data-draft-state]");
  if (state) state.textContent = state.dataset[word] ?? "";
};

const placeOf = (form) => `draft:${form.dataset.draft}`;

const remember = (form) => {
  const typed = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  sessionStorage.setItem(placeOf(form), JSON.stringify(typed));
};

const bringBack = (form) => {
  const typed = sessionStorage.getItem(placeOf(form));
  sessionStorage.removeItem(placeOf(form));
  const before = document.referrer && new URL(document.referrer).pathname;
  if (!typed || before !== form.dataset.signIn) return;
  for (const [name, value] of JSON.parse(typed)) {
    if (form.elements[name]) form.elements[name].value = value;
  }
  form.classList.add("is-open");
  form.dispatchEvent(new Event("input", { bubbles: true }));
};

const save = async (form) => {
  timers.delete(form);
  tell(form, "saving");
  try {
    const body = new URLSearchParams(new FormData(form));
    const headers = { "HX-Request": "true" };
    const answer = await fetch(form.dataset.draft, { method: "POST", body, headers });
    if (!answer.ok) remember(form);
    tell(form, answer.ok ? "saved" : "failed");
  } catch {
    remember(form);
    tell(form, "failed");
  }
};

document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-draft]");
  if (!form) return;
  clearTimeout(timers.get(form));
  const keep = () => saving.set(form, save(form).finally(() => saving.delete(form)));
  timers.set(form, setTimeout(keep, 1000));
});

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  clearTimeout(timers.get(form));
  if (form.dataset.draft) remember(form);
  if (!saving.has(form)) return;
  event.preventDefault();
  await saving.get(form);
  form.requestSubmit(submitter);
});

document.querySelectorAll("form[data-draft]").forEach(bringBack);
