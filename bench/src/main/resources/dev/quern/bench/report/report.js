// The page: header, cards, charts, table. Nothing is fetched; the data stands in the page.
const data = JSON.parse(document.getElementById("data").textContent);
const byId = id => document.getElementById(id);
const unique = values => [...new Set(values)];
const suites = unique(data.rows.map(r => r.suite));
const threadCounts = unique(data.rows.map(r => r.threads)).sort((a, b) => a - b);
let threads = threadCounts[0];

function html(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function showMachine() {
  const m = data.machine;
  const facts = {
    "Processor": m.cpu, "Cores": m.cores, "Caches": m.caches.join(", ") || "unknown", "JDK": m.jdk,
    "JVM flags": m.flags.join(" ") || "none", "Lanes": `${m.lanes} floats in a vector`, "Clock": m.clock, "Date": m.date, "Commit": m.commit.slice(0, 12),
  };
  for (const [name, value] of Object.entries(facts)) byId("machine").append(html("div", {}, html("dt", {}, name), html("dd", {}, String(value))));
}

const plural = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;

function card(name, value, unit, below, ahead) {
  return html("div", {class: ahead ? "card ahead" : "card"}, html("div", {class: "name"}, name),
    html("div", {class: "figure"}, value, html("small", {}, ` ${unit}`)), html("div", {class: "name"}, below));
}

function showCards() {
  for (const l of data.limits) byId("limits").append(card(l.name, figure(l.value), l.unit, plural(l.threads, "thread"), false));
  const means = data.means.filter(m => m.impl === "quern")
    .sort((a, b) => suites.indexOf(a.suite) - suites.indexOf(b.suite) || a.threads - b.threads);
  for (const m of means) {
    byId("means").append(card(m.suite, m.mean.toFixed(2), "×", `${plural(m.cases, "case")}, ${plural(m.threads, "thread")}`, m.mean > 1));
  }
  byId("means-section").hidden = means.length === 0;
}

function showAbsent() {
  for (const a of data.absent) {
    byId("absent").append(html("li", {}, html("strong", {}, `${a.impl}, ${a.suite}`), ` ${a.reason}`));
  }
  byId("absent-section").hidden = data.absent.length === 0;
}

/** Every suite is shown: one that was not run with this many threads shows the fewest that it was run with. */
function rowsShown(suite) {
  const rows = data.rows.filter(r => r.suite === suite);
  const own = rows.filter(r => r.threads === threads);
  const fewest = Math.min(...rows.map(r => r.threads));
  return own.length ? own : rows.filter(r => r.threads === fewest);
}

const best = rows => (rows[0].lower ? Math.min : Math.max)(...rows.map(r => r.value));

function showSuite(suite) {
  const rows = rowsShown(suite);
  const modes = unique(rows.map(r => r.mode));
  const name = row => modes.length > 1 ? `${row.impl}, ${row.mode}` : row.impl;
  const units = unique(rows.map(r => r.unit));
  const note = `${units.map(u => rows.find(r => r.unit === u).lower ? `${u}, shorter is better` : u).join("; ")}, ${plural(rows[0].threads, "thread")}`;
  const cases = html("div", {class: "cases"});
  for (const unit of units) {
    const same = rows.filter(r => r.unit === unit);
    const most = Math.max(...same.map(r => r.p90), 1e-9);
    for (const kase of unique(same.map(r => r.case))) {
      const group = same.filter(r => r.case === kase).sort((a, b) => data.impls.indexOf(a.impl) - data.impls.indexOf(b.impl));
      cases.append(html("figure", {}, html("figcaption", {}, units.length > 1 ? `${kase}, ${unit}` : kase), bars(group, most, name)));
    }
  }
  return html("section", {class: "suite", id: `suite-${suite}`}, html("header", {}, html("h3", {}, suite), html("span", {}, note)), cases);
}

function showCharts() {
  byId("suites").replaceChildren(...suites.map(showSuite));
  const points = data.points.filter(p => p.threads === threads && p.flops_per_byte > 0);
  byId("roofline-section").hidden = points.length === 0;
  if (points.length === 0) return;
  const impls = unique([...data.impls, ...points.map(p => p.impl)]).filter(i => points.some(p => p.impl === i));
  byId("roofline").replaceChildren(roofline(points, data.limits.filter(l => l.threads === threads), impls));
  byId("roofline-legend").replaceChildren(...impls.map(impl =>
    html("span", {}, svg("svg", {viewBox: "0 0 14 14", "aria-hidden": "true"}, marker(impl, 7, 7, 5)), impl)));
}

function showControls() {
  for (const suite of suites) byId("suite-links").append(html("a", {href: `#suite-${suite}`}, suite));
  byId("controls").hidden = threadCounts.length < 2;
  byId("controls").append(html("span", {}, "Charts for"));
  for (const count of threadCounts) {
    const button = html("button", {type: "button", "aria-pressed": String(count === threads)}, plural(count, "thread"));
    button.addEventListener("click", () => {
      threads = count;
      for (const b of byId("controls").querySelectorAll("button")) b.setAttribute("aria-pressed", String(b === button));
      showCharts();
    });
    byId("controls").append(button);
  }
}

const COLUMNS = [
  {key: "suite", title: "Suite"}, {key: "case", title: "Case"}, {key: "impl", title: "Contestant"},
  {key: "threads", title: "Threads", text: r => String(r.threads)}, {key: "value", title: "Median", text: r => figure(r.value)}, {key: "unit", title: "Unit"},
  {key: "ratio", title: "To best peer", text: r => r.ratio === undefined ? "" : r.ratio.toFixed(2)}, {key: "peer", title: "Best peer"},
  {key: "share_of_limit", title: "Of limit", text: r => r.share_of_limit > 0 ? r.share_of_limit.toFixed(2) : ""},
  {key: "p10", title: "p10", text: r => figure(r.p10)}, {key: "p90", title: "p90", text: r => figure(r.p90)}, {key: "mode", title: "Mode"},
];
if (data.baseline) COLUMNS.push({key: "against", title: "Against baseline", text: r => r.against === undefined ? "" : r.against.toFixed(2)});
const sorting = {key: data.rows.some(r => r.ratio !== undefined) ? "ratio" : "suite", descending: false};

/** Empty cells come last whichever way it is sorted. */
function compare(a, b) {
  const x = a[sorting.key], y = b[sorting.key];
  if (x === undefined || y === undefined) return (x === undefined) - (y === undefined);
  const order = typeof x === "number" ? x - y : String(x).localeCompare(String(y), "en", {numeric: true});
  return sorting.descending ? -order : order;
}

function cell(column, row) {
  const td = html("td", {class: column.text ? "number" : ""});
  if (column.key === "impl") td.append(html("span", {class: "dot", style: `background:${colour(row.impl)}`, "aria-hidden": "true"}));
  if ((column.key === "ratio" || column.key === "against") && row[column.key] > 1) td.classList.add("ahead");
  td.append(column.text ? column.text(row) : row[column.key] || "");
  return td;
}

function heading(column) {
  const active = sorting.key === column.key;
  const arrow = active ? (sorting.descending ? " ↓" : " ↑") : "";
  const button = html("button", {type: "button"}, column.title + arrow);
  button.addEventListener("click", () => {
    sorting.descending = active ? !sorting.descending : false;
    sorting.key = column.key;
    showTable();
    byId("table").querySelectorAll("th button")[COLUMNS.indexOf(column)].focus();
  });
  const order = active ? (sorting.descending ? "descending" : "ascending") : "none";
  return html("th", {scope: "col", class: column.text ? "number" : "", "aria-sort": order}, button);
}

function showTable() {
  const suite = byId("suite-filter").value, text = byId("text-filter").value.toLowerCase(), rated = byId("ours-filter").checked;
  const rows = data.rows.filter(r => (!suite || r.suite === suite) && (!rated || r.ratio !== undefined)
    && `${r.case} ${r.impl}`.toLowerCase().includes(text)).sort(compare);
  byId("table").replaceChildren(
    html("thead", {}, html("tr", {}, ...COLUMNS.map(heading))),
    html("tbody", {}, ...rows.map(r => html("tr", {class: r.impl === "quern" ? "ours" : ""}, ...COLUMNS.map(c => cell(c, r))))));
  const unverified = data.rows.filter(r => !r.verified).length;
  byId("table-count").textContent = `${rows.length} of ${plural(data.rows.length, "row")}. `
    + (unverified ? `${plural(unverified, "row")} not verified.` : "Every result was compared with the reference before it was timed.");
}

function listenToFilters() {
  byId("suite-filter").append(html("option", {value: ""}, "all"), ...suites.map(s => html("option", {value: s}, s)));
  for (const id of ["suite-filter", "text-filter", "ours-filter"]) byId(id).addEventListener("input", showTable);
}

/** Follows the system until the button, or "?theme=dark" in the address, says otherwise. */
function theme() {
  const root = document.documentElement, button = byId("theme");
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const label = () => { button.textContent = dark() ? "Light" : "Dark"; };
  const asked = new URLSearchParams(location.search).get("theme");
  if (asked === "dark" || asked === "light") root.dataset.theme = asked;
  button.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; label(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", label);
  label();
}

function tooltips() {
  const tip = byId("tip");
  const move = event => {
    const target = event.target.closest ? event.target.closest("[data-tip]") : null;
    tip.hidden = !target;
    if (!target) return;
    tip.textContent = target.dataset.tip;
    const x = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
    const y = event.clientY + 18 + tip.offsetHeight > innerHeight ? event.clientY - tip.offsetHeight - 10 : event.clientY + 18;
    tip.style.transform = `translate(${Math.max(x, 8)}px, ${y}px)`;
  };
  tip.style.left = tip.style.top = "0";
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerdown", move);
  document.addEventListener("scroll", () => { tip.hidden = true; }, true);
}

theme();
showMachine();
showCards();
showAbsent();
showControls();
showCharts();
listenToFilters();
showTable();
tooltips();
