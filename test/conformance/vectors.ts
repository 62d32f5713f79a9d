import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One case of the contract. */
export interface Vector {
  readonly area: string;
  readonly name: string;
  readonly level: 'unit' | 'wire';
  readonly given: any;
  readonly when: any;
  readonly expect: any;
}

/** Every case of the contract, as it was handed over. */
export const VECTORS: readonly Vector[] = JSON.parse(
  readFileSync(join(__dirname, 'vectors.json'), 'utf8'),
);

/** `area/name`, unique among all cases. */
export function idOf({ area, name }: Vector): string {
  return `${area}/${name}`;
}
