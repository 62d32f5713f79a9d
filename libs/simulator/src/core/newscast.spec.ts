import type { Gate, RouterNews } from './gate.js';
import { Newscast } from './newscast.js';
import type { GatewaySetting } from './scenario.js';
import { VirtualTime } from './virtual-time.js';

/** A gateway that remembers what it heard, and when. */
class Ear implements Gate {
  readonly heard: { readonly atMs: number; readonly news: RouterNews }[] = [];
  readonly polls: { readonly atMs: number; readonly news: RouterNews | undefined }[] = [];

  constructor(private readonly time: VirtualTime) {}

  admit(): { readonly admitted: true } {
    return { admitted: true };
  }

  learn(): void {
    // Nothing is sent.
  }

  hear(news: RouterNews): void {
    this.heard.push({ atMs: this.time.nowMs(), news });
  }

  polled(news: RouterNews | undefined): void {
    this.polls.push({ atMs: this.time.nowMs(), news });
  }
}

/** A newscast that looks every 100 ms, about a load that can be set. */
function onAir(setting: Partial<GatewaySetting> = {}) {
  const time = new VirtualTime();
  const ear = new Ear(time);
  const load = {
    reported: 'inactive',
    effective: 'inactive',
    credit: null as number | null,
  } as const;
  let now: Omit<RouterNews, 'seq'> = load;
  const all = { shares: [1], pushDelayMs: 5, ...setting };
  const newscast = new Newscast(time, all, [ear], () => now);
  const tick = (): void => {
    newscast.tick();
    time.after(100, tick);
  };
  newscast.start();
  tick();
  const set = (difference: Partial<typeof now>): void => {
    now = { ...now, ...difference };
  };
  return { time, ear, newscast, set };
}

describe('the newscast', () => {
  it('tells at the start and by heartbeat every second, each later than the one before', () => {
    const { time, ear } = onAir();
    time.runUntil(3_500);

    expect(ear.heard.map(({ atMs }) => atMs)).toEqual([5, 1_005, 2_005, 3_005]);
    expect(ear.heard.map(({ news }) => news.seq)).toEqual([1, 2, 3, 4]);
  });

  it('tells of another status, and of a credit, when it looks next', () => {
    const { time, ear, set } = onAir();
    time.after(1_210, () => set({ effective: 'active' }));
    time.after(1_520, () => set({ credit: 700 }));
    time.runUntil(1_700);

    expect(ear.heard.slice(2)).toEqual([
      { atMs: 1_305, news: { reported: 'inactive', effective: 'active', credit: null, seq: 3 } },
      { atMs: 1_605, news: { reported: 'inactive', effective: 'active', credit: 700, seq: 4 } },
    ]);
  });

  it('tells of the first refusal at once, and of those after it not again', () => {
    const { time, ear, newscast, set } = onAir();
    time.after(1_520, () => {
      set({ credit: 700 });
      newscast.noteRefusal();
      newscast.noteRefusal();
    });
    time.after(1_530, () => newscast.noteRefusal());
    time.runUntil(1_900);

    expect(ear.heard.map(({ atMs }) => atMs)).toEqual([5, 1_005, 1_525]);
  });

  it('waits 50 ms between two pushes', () => {
    const { time, ear, newscast, set } = onAir();
    time.after(1_010, () => {
      set({ credit: 700 });
      newscast.noteRefusal();
    });
    time.runUntil(1_200);

    expect(ear.heard.map(({ atMs }) => atMs)).toEqual([5, 1_005, 1_055]);
  });

  it('is asked nothing by those that it reaches', () => {
    const { time, ear } = onAir();
    time.runUntil(20_500);

    expect(ear.polls).toEqual([]);
  });

  it('answers every five seconds while pushes get lost', () => {
    const { time, ear } = onAir({ lostPushes: { fromMs: 0, toMs: 9_000 } });
    time.runUntil(20_500);

    expect(ear.polls.map(({ atMs }) => atMs)).toEqual([2_505, 7_505]);
    expect(ear.polls.every(({ news }) => news?.credit === null)).toBe(true);
    expect(ear.heard[0]?.atMs).toBeGreaterThanOrEqual(9_000);
  });

  it('lets those who ask in vain know after a second', () => {
    const lost = { fromMs: 0, toMs: 8_000 };
    const { time, ear } = onAir({ lostPushes: lost, lostAnswers: lost });
    time.runUntil(9_500);

    expect(ear.polls).toEqual([
      { atMs: 3_500, news: undefined },
      { atMs: 8_500, news: undefined },
    ]);
  });
});
