import { type EndpointChange, EndpointShelf } from './endpoint-shelf.js';
import { endpointIdOf } from './endpoint-id.js';

const ENDPOINT = 'http://gateway';
const ID = endpointIdOf(ENDPOINT);
const VERSION = { endpoint: ENDPOINT, registeredAtMs: 5 };

it('forgets nothing of what a reading that goes on does not tell', () => {
  const { shelf } = aShelf();
  shelf.told(ID, VERSION, 1);

  shelf.began('resumed');

  expect(shelf.ended()).toEqual([]);
});

it.each(['reread', 'fresh'] as const)('names what a %s reading does not tell', (mode) => {
  const { shelf } = aShelf();
  shelf.told(ID, VERSION, 1);
  shelf.told(endpointIdOf('http://other'), { endpoint: 'http://other', registeredAtMs: 5 }, 2);

  shelf.began(mode);
  shelf.told(endpointIdOf('http://other'), { endpoint: 'http://other', registeredAtMs: 5 }, 2);

  expect(shelf.ended()).toEqual([ID]);
});

it('takes an older revision in a bucket that was made anew, and in no other', () => {
  const { shelf } = aShelf();
  shelf.told(ID, VERSION, 10);

  shelf.told(ID, { ...VERSION, registeredAtMs: 1 }, 9);
  expect(shelf.get(ID)?.registeredAtMs).toBe(5);

  shelf.began('fresh');
  shelf.told(ID, { ...VERSION, registeredAtMs: 1 }, 1);
  expect(shelf.get(ID)?.registeredAtMs).toBe(1);
});

it('does not bring back what was taken out here when the bucket tells of it late', () => {
  const { shelf, told } = aShelf();
  shelf.wrote(ID, VERSION, 1);
  shelf.wrote(ID, undefined, 2);

  shelf.told(ID, VERSION, 1);
  shelf.told(ID, undefined, 2);
  expect(told()).toEqual(['registered', 'unregistered']);

  shelf.told(ID, VERSION, 3);
  expect(shelf.get(ID)).toBeDefined();
});

it('drops what the bucket has no more, once', () => {
  const { shelf, told } = aShelf();
  shelf.told(ID, VERSION, 1);

  shelf.drop(ID);
  shelf.drop(ID);

  expect(shelf.list()).toEqual([]);
  expect(told()).toEqual(['registered', 'unregistered']);
});

function aShelf() {
  const changes: EndpointChange[] = [];
  const shelf = new EndpointShelf([], 0, (change) => void changes.push(change));
  return { shelf, told: () => changes.map(({ type }) => type) };
}
