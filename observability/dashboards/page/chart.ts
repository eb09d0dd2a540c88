/** Panels as pictures: what Grafana would draw of the same JSON, near enough to judge it. Pure. */
import { scaleLinear, scaleUtc } from "d3-scale";
import { arc, area, line, pie } from "d3-shape";
import { escaped } from "./html";
import type { PanelModel } from "./model";
import type { Line } from "./synthetic";
import { valueText } from "./units";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Grafana's own names of colours, in its dark theme. https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/themes/createVisualizationColors.ts */
const NAMED: Readonly<Record<string, string>> = {
  green: "#73BF69",
  red: "#F2495C",
  orange: "#FF9830",
  blue: "#5794F2",
  purple: "#B877D9",
};
const PALETTE = ["#73BF69", "#F2CC0C", "#5794F2", "#FF9830", "#B877D9", "#F2495C", "#8AB8FF", "#CA95E5"];
const GRID = "#2a2d33";
const TEXT = "#9fa2ab";

const colourNamed = (name: string): string => NAMED[name] ?? name;
const lineColour = (index: number): string => PALETTE[index % PALETTE.length] ?? TEXT;

/** The time that is drawn ends here: a picture changes with its dashboard alone. */
const END = Date.UTC(2026, 0, 15, 12);
const HOUR = 3_600_000;
const SPANS: Readonly<Record<string, number>> = { "now-6h": 6, "now-48h": 48, "now-30d": 720 };

const startOf = (from: string): number => END - (SPANS[from] ?? 6) * HOUR;

/** Colour of a value by the panel's steps. */
export function colourOf({ fieldConfig }: PanelModel, value: number): string {
  const reached = fieldConfig.defaults.thresholds.steps.filter((step) => value >= (step.value ?? -Infinity));
  return colourNamed(reached.at(-1)?.color ?? "green");
}

/** The colour of what is wrong at a line: above it the step's own, where low values are wrong that of the step before. */
const thresholdLines = ({ fieldConfig: { defaults } }: PanelModel) => {
  const { steps } = defaults.thresholds;
  return steps.flatMap(({ value, color }, index) => {
    const shown = color === "green" ? (steps[index - 1]?.color ?? color) : color;
    return value === null ? [] : [{ value, colour: colourNamed(shown) }];
  });
};

const svg = ({ width, height }: Size, body: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">${body}</svg>`;

const MARGIN = { left: 66, right: 20, top: 8, bottom: 22 } as const;
const LEGEND_LINE = 18;
const CHARACTER = 6.4;

/** Names under a picture, in as many lines as they need. */
function legend(
  lines: readonly Line[],
  { width, height }: Size,
): { readonly body: string; readonly height: number } {
  let x: number = MARGIN.left;
  let y = 0;
  const items = lines.map(({ name }, index) => {
    const wide = 32 + name.length * CHARACTER;
    if (x + wide > width && x > MARGIN.left) {
      x = MARGIN.left;
      y += LEGEND_LINE;
    }
    const item = { name, index, x, y };
    x += wide;
    return item;
  });
  const tall = y + LEGEND_LINE;
  const body = items
    .map(({ name, index, x: left, y: line_ }) => {
      const top = height - tall + line_ + 12;
      return `<rect x="${left}" y="${top - 5}" width="12" height="3" rx="1.5" fill="${lineColour(index)}"/><text x="${left + 17}" y="${top}" fill="${TEXT}">${escaped(name)}</text>`;
    })
    .join("");
  return { body, height: tall };
}

const clock = (hours: number) =>
  hours <= 48
    ? (date: Date) =>
        `${String(date.getUTCHours()).padStart(2, "0")}:${String(date.getUTCMinutes()).padStart(2, "0")}`
    : (date: Date) => `${date.getUTCMonth() + 1}/${date.getUTCDate()}`;

/** Pixels between two times. */
const TICK = 90;

function timeAxis(from: string, { width }: Size, bottom: number, left: number = MARGIN.left) {
  const x = scaleUtc([startOf(from), END], [left, width - MARGIN.right]);
  const format = clock(SPANS[from] ?? 6);
  const ticks = x
    .ticks(Math.floor((width - left) / TICK))
    .map(
      (date) =>
        `<line x1="${x(date).toFixed(1)}" x2="${x(date).toFixed(1)}" y1="${MARGIN.top}" y2="${bottom}" stroke="${GRID}"/><text x="${x(date).toFixed(1)}" y="${bottom + 15}" text-anchor="middle" fill="${TEXT}">${format(date)}</text>`,
    )
    .join("");
  return { x, ticks };
}

/** Lines over time, with the limits dashed across. */
export function timeseries(panel: PanelModel, lines: readonly Line[], from: string, size: Size): string {
  const { unit, custom } = panel.fieldConfig.defaults;
  const names = legend(lines, size);
  const bottom = size.height - names.height - MARGIN.bottom;
  const { x, ticks } = timeAxis(from, size, bottom);
  const greatest = Math.max(...lines.flatMap(({ values }) => values), custom?.axisSoftMax ?? 0);
  const y = scaleLinear([0, greatest === 0 ? 1 : greatest], [bottom, MARGIN.top]).nice(5);
  const at = (index: number, count: number) => startOf(from) + ((END - startOf(from)) * index) / (count - 1);
  const rules = y
    .ticks(5)
    .map(
      (tick) =>
        `<line x1="${MARGIN.left}" x2="${size.width - MARGIN.right}" y1="${y(tick)}" y2="${y(tick)}" stroke="${GRID}"/><text x="${MARGIN.left - 7}" y="${y(tick) + 4}" text-anchor="end" fill="${TEXT}">${escaped(valueText(tick, unit))}</text>`,
    )
    .join("");
  const drawn = lines.map(({ values }, index) => {
    const points = values.map((value, point): [number, number] => [x(at(point, values.length)), y(value)]);
    const below = area()
      .digits(1)
      .y0(bottom)
      .y1(([, top]) => top);
    return `<path d="${below(points) ?? ""}" fill="${lineColour(index)}" fill-opacity="0.1"/><path class="line" d="${line().digits(1)(points) ?? ""}" fill="none" stroke="${lineColour(index)}" stroke-width="1.6"/>`;
  });
  const [, most = 1] = y.domain();
  const limits = thresholdLines(panel)
    .filter(({ value }) => value <= most)
    .map(
      ({ value, colour }) =>
        `<line class="limit" x1="${MARGIN.left}" x2="${size.width - MARGIN.right}" y1="${y(value)}" y2="${y(value)}" stroke="${colour}" stroke-width="1.5" stroke-dasharray="7 5"/>`,
    );
  return svg(size, [ticks, rules, ...drawn, ...limits, names.body].join(""));
}

/** Greatest size of a value. */
const FONT = 34;

/** The last value of each line, large, over its course. */
export function stat(panel: PanelModel, lines: readonly Line[], size: Size): string {
  const { unit } = panel.fieldConfig.defaults;
  const each = size.width / lines.length;
  const body = lines.map(({ name, values }, index) => {
    const left = index * each;
    const value = values.at(-1) ?? 0;
    const colour = colourOf(panel, value);
    const x = scaleLinear([0, values.length - 1], [left + 4, left + each - 4]);
    const y = scaleLinear([0, Math.max(...values, 1e-9) * 1.6], [size.height, size.height * 0.45]);
    const course = area<number>()
      .digits(1)
      .x((_, point) => x(point))
      .y0(size.height)
      .y1((one) => y(one));
    const text = valueText(value, unit);
    const font = Math.min(FONT, each / (text.length * 0.7));
    const label =
      lines.length === 1
        ? ""
        : `<text x="${left + each / 2}" y="18" text-anchor="middle" fill="${TEXT}">${escaped(name)}</text>`;
    return `<path d="${course([...values]) ?? ""}" fill="${colour}" fill-opacity="0.16"/>${label}<text class="value" x="${left + each / 2}" y="${size.height * 0.62}" text-anchor="middle" fill="${colour}" font-size="${font.toFixed(0)}" font-weight="600">${escaped(text)}</text>`;
  });
  return svg(size, body.join(""));
}

/** Most that a bar is high. */
const BAR = 34;

/** Times for which a line keeps one colour. */
function spells(panel: PanelModel, values: readonly number[]) {
  const found: { colour: string; from: number; to: number }[] = [];
  values.forEach((value, point) => {
    const colour = colourOf(panel, value);
    const last = found.at(-1);
    if (last?.colour === colour) last.to = point + 1;
    else found.push({ colour, from: point, to: point + 1 });
  });
  return found;
}

/** A bar a line, coloured by what it was at each time. */
export function states(panel: PanelModel, lines: readonly Line[], from: string, size: Size): string {
  const left = Math.min(size.width / 3, 36 + Math.max(...lines.map(({ name }) => name.length)) * CHARACTER);
  const most = Math.floor((left - 20) / CHARACTER);
  const bottom = size.height - MARGIN.bottom;
  const { x, ticks } = timeAxis(from, size, bottom, left);
  const each = Math.min(BAR, (bottom - MARGIN.top) / lines.length);
  const bars = lines.map(({ name, values }, index) => {
    const top = MARGIN.top + index * each;
    const at = scaleLinear([0, values.length], x.range());
    const cells = spells(panel, values).map(
      (spell) =>
        `<rect x="${at(spell.from).toFixed(1)}" y="${(top + each * 0.12).toFixed(1)}" width="${(at(spell.to) - at(spell.from)).toFixed(1)}" height="${(each * 0.76).toFixed(1)}" rx="2" fill="${spell.colour}" fill-opacity="0.75"/>`,
    );
    return `<text x="${left - 8}" y="${(top + each / 2 + 4).toFixed(1)}" text-anchor="end" fill="${TEXT}">${escaped(name.slice(0, most))}</text>${cells.join("")}`;
  });
  return svg(size, [ticks, ...bars].join(""));
}

/** Shares of a whole, with their values beside. */
export function donut(panel: PanelModel, lines: readonly Line[], size: Size): string {
  const radius = Math.min(size.height, size.width / 2) / 2 - 10;
  const slices = pie<Line>()
    .sort(null)
    .value(({ values }) => values.at(-1) ?? 0)([...lines]);
  const shape = arc<(typeof slices)[number]>()
    .digits(1)
    .innerRadius(radius * 0.62)
    .outerRadius(radius);
  const centre = { x: radius + 24, y: size.height / 2 };
  const drawn = slices.map((slice, index) => `<path d="${shape(slice) ?? ""}" fill="${lineColour(index)}"/>`);
  const top = centre.y - (lines.length * LEGEND_LINE) / 2 + 12;
  const names = slices.map(({ data, value }, index) => {
    const y = top + index * LEGEND_LINE;
    const left = centre.x + radius + 26;
    return `<rect x="${left}" y="${y - 8}" width="9" height="9" rx="2" fill="${lineColour(index)}"/><text x="${left + 16}" y="${y}" fill="${TEXT}">${escaped(data.name)}</text><text x="${size.width - 16}" y="${y}" text-anchor="end" fill="#d5d6dc">${escaped(valueText(value, panel.fieldConfig.defaults.unit))}</text>`;
  });
  return svg(
    size,
    `<g transform="translate(${centre.x} ${centre.y})">${drawn.join("")}</g>${names.join("")}`,
  );
}
