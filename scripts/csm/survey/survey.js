// The survey in the browser. SURVEY = {title, question, classes, pages: [[{stimulus, picture}]]} is written in front of this.
// It knows no method: which picture was made how is in key.csv only.

// A small generator of numbers in [0, 1) from a text, so that a participant's order can be made again.
function generator(text) {
  let state = 2166136261;
  for (const character of text) state = Math.imul(state ^ character.charCodeAt(0), 16777619) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function shuffled(items, random) {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}

// Every page in an order of the participant's own; which page comes first is drawn, each with the same chance.
function orderOf(participant, pages) {
  const random = generator(participant);
  const first = Math.floor(random() * pages.length);
  const order = pages.map((_, i) => (first + i) % pages.length);
  return order.flatMap((page, turn) => shuffled(pages[page], random).map((item) => ({ ...item, page: page + 1, turn: turn + 1 })));
}

function csvOf(rows) {
  const quote = (value) => (/[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value));
  const columns = ["participant", "page", "turn", "position", "stimulus", "answer", "seconds"];
  return [columns, ...rows.map((row) => columns.map((column) => row[column]))].map((row) => row.map(quote).join(",") + "\n").join("");
}

function begin(survey) {
  const find = (id) => document.getElementById(id);
  const rows = [];
  let order = [];
  let since = 0;
  function show() {
    find("progress").textContent = `${rows.length + 1} of ${order.length}`;
    find("picture").src = order[rows.length].picture;
    since = performance.now();
  }
  function answer(name) {
    const item = order[rows.length];
    const { page, turn, stimulus } = item;
    const seconds = ((performance.now() - since) / 1000).toFixed(2);
    rows.push({ participant: find("participant").value, page, turn, position: rows.length + 1, stimulus, answer: name, seconds });
    if (rows.length < order.length) return show();
    find("task").hidden = true;
    find("end").hidden = false;
    find("save").href = URL.createObjectURL(new Blob([csvOf(rows)], { type: "text/csv" }));
    find("save").download = `answers_${find("participant").value}.csv`;
    find("save").click();
  }
  find("participant").value = Math.random().toString(16).slice(2, 10).padEnd(8, "0");
  for (const [i, name] of survey.classes.entries()) {
    const button = document.createElement("button");
    button.textContent = `${name} (${i + 1})`;
    button.onclick = () => answer(name);
    find("choices").append(button);
  }
  document.onkeydown = (event) => {
    const name = survey.classes[Number(event.key) - 1];
    if (name && !find("task").hidden) answer(name);
  };
  find("start").onclick = () => {
    if (!find("participant").value.trim()) return;
    order = orderOf(find("participant").value, survey.pages);
    find("begin").hidden = true;
    find("task").hidden = false;
    show();
  };
}

if (typeof document !== "undefined") begin(SURVEY);
if (typeof module !== "undefined") module.exports = { csvOf, orderOf };
