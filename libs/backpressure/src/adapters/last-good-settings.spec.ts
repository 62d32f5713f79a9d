import { ignoreEvents } from '@beamline/kernel';
import { DEFAULT_SETTINGS } from '../core/index.js';
import { LastGoodSettings } from './last-good-settings.js';
import { SettingsBook } from './settings-book.js';

it('searches for what comes in at whatever moment another search ends', async () => {
  for (let steps = 0; steps < 30; steps += 1) {
    const searched: string[] = [];
    const history = async (key: string) => {
      searched.push(key);
      return [];
    };
    const book = new SettingsBook({
      base: DEFAULT_SETTINGS,
      maxSubjects: 10,
      observe: ignoreEvents,
      onChange: () => undefined,
    });
    const lastGood = new LastGoodSettings({ history }, book);

    lastGood.seek('first', 1);
    for (let step = 0; step < steps; step += 1) await Promise.resolve();
    lastGood.seek('second', 2);
    await new Promise(setImmediate);

    expect(searched).toEqual(['settings.first', 'settings.second']);
  }
});
