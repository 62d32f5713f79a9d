import { Histogram, type Registry } from 'prom-client';
import type { FamilyOptions } from './family.js';
import { labelsOf, OTHER } from './family.js';

/** From a microsecond, where decisions are, to 5 s, where requests time out; with the SLO bounds 100, 200 and 500 ms. */
const BOUNDS_MS: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 200, 500,
  1000, 2000, 5000,
];
const SEPARATOR = '\u0000';
const DEFAULT_MAX_SERIES = 32;

/** What describes a latency histogram. */
export interface LatencyOptions extends FamilyOptions {
  /** Unit of the exported values; observations are always milliseconds. */
  readonly unit: 'seconds' | 'ms';
}

/** One series of a latency histogram. */
export class LatencyCell {
  /** Observations per bucket, not cumulated; the last one is beyond every bound. */
  readonly counts = new Float64Array(BOUNDS_MS.length + 1);
  sumMs = 0;

  /** Takes one duration. Binary search over 21 bounds: some 20 ns. */
  observe(durationMs: number): void {
    if (!(durationMs >= 0)) return;
    let low = 0;
    let high = BOUNDS_MS.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (durationMs <= (BOUNDS_MS[middle] ?? Infinity)) high = middle;
      else low = middle + 1;
    }
    this.counts[low] = (this.counts[low] ?? 0) + 1;
    this.sumMs += durationMs;
  }
}

type Exported = Awaited<ReturnType<Histogram['get']>>;

/** A latency histogram that counts into typed arrays and is written out only when the page is asked for. */
export class LatencyHistogram extends Histogram {
  readonly #cells = new Map<string, LatencyCell>();
  readonly #names: readonly string[];
  readonly #perMs: number;
  readonly #maxSeries: number;
  readonly #exportName: string;
  /** A histogram without series: knows how to describe itself. */
  readonly #blank: Histogram;

  constructor(registry: Registry, options: LatencyOptions) {
    const perMs = options.unit === 'seconds' ? 1e-3 : 1;
    const { name, help, labelNames = [], maxSeries = DEFAULT_MAX_SERIES } = options;
    const buckets = BOUNDS_MS.map((bound) => inUnit(bound, perMs));
    super({ name, help, labelNames: [...labelNames], buckets, registers: [registry] });
    this.#blank = new Histogram({ name, help, registers: [] });
    this.#names = labelNames;
    this.#perMs = perMs;
    this.#maxSeries = maxSeries;
    this.#exportName = name;
    if (labelNames.length === 0) this.cell();
  }

  /** The cell for these label values, in the order of the label names. Beyond the bound it is the one of `_other`. */
  cell(...values: readonly string[]): LatencyCell {
    const key = values.join(SEPARATOR);
    const known = this.#cells.get(key);
    if (known !== undefined) return known;
    const isFull = this.#cells.size >= this.#maxSeries;
    return this.#create(isFull ? this.#names.map(() => OTHER).join(SEPARATOR) : key);
  }

  override async get(): Promise<Exported> {
    const described = await this.#blank.get();
    const values = [...this.#cells].flatMap(([key, cell]) => this.#write(key, cell));
    return { ...described, values };
  }

  /** prom-client asks for this, not for `get`, when it writes the page. */
  getForPromString(): Promise<Exported> {
    return this.get();
  }

  #create(key: string): LatencyCell {
    const existing = this.#cells.get(key);
    if (existing !== undefined) return existing;
    const cell = new LatencyCell();
    this.#cells.set(key, cell);
    return cell;
  }

  #write(key: string, { counts, sumMs }: LatencyCell): Exported['values'] {
    const labels = labelsOf(this.#names, key);
    const name = this.#exportName;
    const values: Exported['values'] = [];
    let total = 0;
    counts.forEach((count, index) => {
      total += count;
      const bound = BOUNDS_MS[index];
      const le = bound === undefined ? '+Inf' : String(inUnit(bound, this.#perMs));
      values.push({ metricName: `${name}_bucket`, labels: { ...labels, le }, value: total });
    });
    values.push({ metricName: `${name}_sum`, labels, value: sumMs * this.#perMs });
    values.push({ metricName: `${name}_count`, labels, value: total });
    return values;
  }
}

/** Without the dust of floating point: 2.5e-6, not 0.0000024999999999999998. */
function inUnit(ms: number, perMs: number): number {
  return Number((ms * perMs).toPrecision(6));
}
