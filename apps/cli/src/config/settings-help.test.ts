import { expect, it } from 'vitest';
import { MAXIMA } from './maxima.js';
import { settingsHelp } from './settings-help.js';
import { SETTINGS } from './settings.js';

it('names every variable that is read', () => {
  const named = settingsHelp()
    .match(/^ {2}SANDLOT_\w+(?= {2})/gm)
    ?.map((name) => name.trim());
  expect(named).toEqual([...Object.keys(SETTINGS), ...MAXIMA.keys()]);
});
