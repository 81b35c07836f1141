"use strict";
// Drawing: SVG elements, the roofline and the bars. Colours are custom properties of the style sheet.

const COLOURS = {
  "quern": "quern", "quern-prepacked": "quern-2", "quern-nchw": "quern-3", "quern-im2col": "quern-4",
  "quern-bf16": "quern-2", "quern-accurate": "quern-3", "quern-fast": "quern-4", "quern-scalar": "quern-4",
  "openblas": "openblas", "mkl": "mkl", "onnxruntime": "onnxruntime", "pytorch": "pytorch",
  "netlib": "java-1", "ejml": "java-2", "ojalgo": "java-3", "naive": "naive",
};
const isOurs = impl => impl.startsWith("quern");
const colour = impl => `var(--${COLOURS[impl] || "java-2"})`;

function svg(name, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Three or four digits that count, whatever the size. */
function figure(value) {
  const size = Math.abs(value);
  return value.toFixed(size >= 1000 || size === 0 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4);
}

/** Shapes tell contestants apart where colours do not: ours are discs. */
function marker(impl, x, y, r) {
  const style = {class: "point", style: `fill:${colour(impl)}`};
  const polygon = points => svg("polygon", {...style, points: points.map(([dx, dy]) => `${x + dx * r},${y + dy * r}`).join(" ")});
  if (isOurs(impl)) return svg("circle", {...style, cx: x, cy: y, r: impl === "quern" ? r * 1.25 : r});
  switch (impl) {
    case "openblas": return svg("rect", {...style, x: x - r * 0.9, y: y - r * 0.9, width: r * 1.8, height: r * 1.8});
    case "mkl": return polygon([[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]]);
    case "onnxruntime": return polygon([[0, -1.2], [1.15, 0.9], [-1.15, 0.9]]);
    case "pytorch": return polygon([[0, 1.2], [1.15, -0.9], [-1.15, -0.9]]);
    default: return polygon([[-1, -0.4], [1, -0.4], [1, 0.4], [-1, 0.4]]);
  }
}

const decade = exponent => {
  const value = 10 ** exponent;
  return value >= 1 ? value.toLocaleString("en-US") : value.toFixed(-exponent);
};

/** Log-log axes that hold all points, the highest roof, and the knee of the steepest bandwidth with room to its left. */
function rooflineScale(points, limits, peak, width, height, edge) {
  const least = (values, floor) => Math.log10(Math.max(Math.min(...values), floor));
  const most = values => Math.log10(Math.max(...values));
  const knees = limits.filter(l => l.name.startsWith("copy-")).map(l => peak / l.value);
  const x0 = Math.min(least(points.map(p => p.flops_per_byte), 1e-3) - 0.1, ...knees.map(k => Math.log10(k) - 0.8));
  const x1 = Math.max(most(points.map(p => p.flops_per_byte)), ...knees.map(Math.log10)) + 0.25;
  const y0 = least([...points.map(p => p.gflops), peak / 10], 1e-2) - 0.1;
  const y1 = most([...points.map(p => p.gflops), peak]) + 0.2;
  return {
    x0, x1, y0, y1,
    x: v => edge.left + (Math.log10(v) - x0) / (x1 - x0) * (width - edge.left - edge.right),
    y: v => height - edge.bottom - (Math.log10(v) - y0) / (y1 - y0) * (height - edge.top - edge.bottom),
  };
}

function rooflineGrid(chart, s, width, height, edge) {
  for (let e = Math.ceil(s.x0); e <= s.x1; e++) {
    const x = s.x(10 ** e);
    chart.append(svg("line", {class: "grid", x1: x, x2: x, y1: edge.top, y2: height - edge.bottom}),
      svg("text", {class: "soft", x, y: height - edge.bottom + 22, "text-anchor": "middle"}, decade(e)));
  }
  for (let e = Math.ceil(s.y0); e <= s.y1; e++) {
    const y = s.y(10 ** e);
    chart.append(svg("line", {class: "grid", x1: edge.left, x2: width - edge.right, y1: y, y2: y}),
      svg("text", {class: "soft", x: edge.left - 10, y: y + 4, "text-anchor": "end"}, decade(e)));
  }
  chart.append(svg("text", {class: "soft", x: width - edge.right, y: height - 6, "text-anchor": "end"}, "FLOP per byte"),
    svg("text", {class: "soft", x: 4, y: 14}, "GFLOP/s"));
}

/** A bandwidth is a line of slope 1 that ends where it meets the peak. */
function rooflineRoofs(chart, s, limits, peak) {
  const left = 10 ** s.x0, right = 10 ** s.x1;
  const roofs = limits.filter(l => l.name.startsWith("copy-")).sort((a, b) => b.value - a.value);
  let last = -Infinity;
  for (const limit of roofs) {
    const start = Math.max(left, 10 ** s.y0 / limit.value);
    const knee = Math.min(right, peak / limit.value);
    if (knee <= start) continue;
    chart.append(svg("line", {class: "roof", x1: s.x(start), y1: s.y(start * limit.value), x2: s.x(knee), y2: s.y(knee * limit.value)}));
    // The name lies along its line, unless the next one would touch it.
    const x = s.x(start), y = s.y(start * limit.value);
    const angle = Math.atan2(s.y(knee * limit.value) - y, s.x(knee) - x) * 180 / Math.PI;
    if (y - last > 22) {
      chart.append(svg("text", {class: "soft halo", x: x + 14, y: y - 6, transform: `rotate(${angle} ${x} ${y})`},
        `${limit.name.slice(5)} ${figure(limit.value)} GB/s`));
      last = y;
    }
  }
  const from = roofs.length ? Math.max(left, peak / roofs[0].value) : left;
  chart.append(svg("line", {class: "roof peak", x1: s.x(Math.min(from, right)), x2: s.x(right), y1: s.y(peak), y2: s.y(peak)}),
    svg("text", {class: "halo", x: s.x(right), y: s.y(peak) - 8, "text-anchor": "end"}, `FMA peak ${figure(peak)} GFLOP/s`));
}

function roofline(points, limits, impls) {
  const width = 1120, height = 560, edge = {left: 64, right: 20, top: 28, bottom: 48};
  const measured = limits.find(l => l.name === "fma-peak");
  const peak = measured ? measured.value : Math.max(...points.map(p => p.gflops));
  const s = rooflineScale(points, limits, peak, width, height, edge);
  const chart = svg("svg", {viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": `Roofline with ${points.length} points; the table below holds the same figures`});
  rooflineGrid(chart, s, width, height, edge);
  rooflineRoofs(chart, s, limits, peak);
  // Ours last, so that they lie on top.
  for (const impl of [...impls].reverse()) {
    for (const p of points.filter(q => q.impl === impl && q.gflops > 0)) {
      const mark = marker(impl, s.x(Math.max(p.flops_per_byte, 10 ** s.x0)), s.y(Math.max(p.gflops, 10 ** s.y0)), 4.6);
      mark.dataset.tip = `${impl}\n${p.suite} ${p.case}\n${figure(p.gflops)} GFLOP/s at ${figure(p.flops_per_byte)} FLOP per byte`;
      chart.append(mark);
    }
  }
  return chart;
}

/** The bars of one case: name, bar with whisker, figure. `most` is the end of the suite's common scale. */
function bars(rows, most, name) {
  const width = 380, names = 118, figures = 62, step = 21;
  const full = width - names - figures;
  const scale = value => value / most * full;
  const chart = svg("svg", {viewBox: `0 0 ${width} ${rows.length * step + 2}`, role: "img",
    "aria-label": rows.map(r => `${name(r)} ${figure(r.value)} ${r.unit}`).join(", ")});
  rows.forEach((row, i) => {
    const y = i * step + 2, middle = y + 8, own = row.impl === "quern" ? "ours" : "";
    const low = names + scale(row.p10), high = names + scale(row.p90);
    const line = svg("g", {},
      svg("rect", {x: 0, y: y - 2, width, height: step, fill: "transparent"}),
      svg("text", {class: own, x: names - 8, y: y + 12, "text-anchor": "end"}, name(row)),
      svg("rect", {class: "bar", x: names, y, width: Math.max(scale(row.value), 1), height: 16, rx: 2, style: `fill:${colour(row.impl)}`}),
      svg("path", {class: "whisker", d: `M${low} ${middle - 4}v8M${low} ${middle}H${high}M${high} ${middle - 4}v8`}),
      svg("text", {class: own, x: width, y: y + 12, "text-anchor": "end"}, figure(row.value)));
    line.dataset.tip = describe(row, name(row));
    chart.append(line);
  });
  return chart;
}

function describe(row, name) {
  const lines = [`${name}, ${row.threads} ${row.threads === 1 ? "thread" : "threads"}`, `${row.suite} ${row.case}`,
    `${figure(row.value)} ${row.unit} (${figure(row.p10)} – ${figure(row.p90)})`];
  if (row.share_of_limit > 0) lines.push(`${(100 * row.share_of_limit).toFixed(0)} % of its limit`);
  if (row.ratio) lines.push(`${row.ratio.toFixed(2)} × ${row.peer}`);
  return lines.join("\n");
}
