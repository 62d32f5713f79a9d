/** A line of a plot: points by rising x. What is no number is a gap. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Drawn dashed: what is asked for, or a limit. */
  readonly isReference?: boolean;
}

export interface Plot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  /** Upper end of the y axis. Default: what the series need. */
  readonly yMost?: number | undefined;
}

const [WIDTH, HEIGHT] = [940, 320];
const [LEFT, RIGHT, TOP, BOTTOM] = [70, 250, 36, 44];
const COLOURS = [
  '#0b6bcb',
  '#d1410c',
  '#1b7f3b',
  '#8a3ffc',
  '#b28600',
  '#c2185b',
  '#00838f',
  '#555555',
];

/** Draws a plot as an SVG document of its own, in colours that do on light and dark. */
export function plotSvg(plot: Plot): string {
  const { title, series } = plot;
  const scale = scaleOf(plot);
  const lines = series.map((one, index) => drawSeries(one, index, scale));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="22" font-size="15">${escaped(title)}</text>`,
    ...drawAxes(plot, scale),
    ...lines,
    '</svg>\n',
  ].join('\n');
}

interface Scale {
  readonly xMost: number;
  readonly yMost: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

function scaleOf({ series, yMost: fixed }: Plot): Scale {
  let [xMost, highest] = [0, 0];
  for (const [x, y] of series.flatMap(({ points }) => points)) {
    xMost = Math.max(xMost, x);
    if (Number.isFinite(y)) highest = Math.max(highest, y);
  }
  const yMost = fixed ?? (highest || 1) * 1.05;
  const [width, height] = [WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM];
  return {
    xMost: xMost || 1,
    yMost,
    x: (value) => LEFT + (value / (xMost || 1)) * width,
    y: (value) => TOP + (1 - Math.min(1, value / yMost)) * height,
  };
}

function drawAxes({ xLabel, yLabel }: Plot, { xMost, yMost, x, y }: Scale): string[] {
  const yTicks = ticks(yMost).map(
    (tick) =>
      `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${px(y(tick))}" y2="${px(y(tick))}" stroke="#dddddd"/>` +
      `<text x="${LEFT - 6}" y="${px(y(tick) + 4)}" text-anchor="end">${tickText(tick)}</text>`,
  );
  const xTicks = ticks(xMost).map(
    (tick) =>
      `<text x="${px(x(tick))}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${tickText(tick)}</text>`,
  );
  const middle = (TOP + HEIGHT - BOTTOM) / 2;
  return [
    ...yTicks,
    ...xTicks,
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${escaped(xLabel)}</text>`,
    `<text transform="translate(14 ${middle}) rotate(-90)" text-anchor="middle">${escaped(yLabel)}</text>`,
  ];
}

/** Three to six round numbers from 0 on. */
function ticks(most: number): number[] {
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
}

function drawSeries({ name, points, isReference }: Series, index: number, { x, y }: Scale): string {
  const colour = COLOURS[index % COLOURS.length];
  const dash = dashOf(index, isReference);
  const legendY = TOP + 14 + index * 18;
  const legendX = WIDTH - RIGHT + 14;
  return [
    ...runsOf(points).map(
      (run) =>
        `<polyline fill="none" stroke="${colour}" stroke-width="1.5"${dash} points="${run.map(([px0, py0]) => `${px(x(px0))},${px(y(py0))}`).join(' ')}"/>`,
    ),
    `<line x1="${legendX}" x2="${legendX + 20}" y1="${legendY - 4}" y2="${legendY - 4}" stroke="${colour}" stroke-width="2"${dash}/>`,
    `<text x="${legendX + 26}" y="${legendY}">${escaped(name)}</text>`,
  ].join('\n');
}

/** Dashed: a reference. Dotted: a series whose colour is taken by another one before it. */
function dashOf(index: number, isReference: boolean | undefined): string {
  if (isReference) return ' stroke-dasharray="5 4"';
  return index < COLOURS.length ? '' : ' stroke-dasharray="1.5 2.5"';
}

/** The stretches without a gap. */
function runsOf(points: Series['points']): (readonly [number, number])[][] {
  const runs: (readonly [number, number])[][] = [[]];
  for (const point of points) {
    if (Number.isFinite(point[1])) runs.at(-1)?.push(point);
    else if (runs.at(-1)?.length) runs.push([]);
  }
  return runs.filter((run) => run.length > 0);
}

const px = (value: number): string => value.toFixed(1);
const tickText = (value: number): string => String(Math.round(value * 1000) / 1000);

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
