import Type from 'typebox';
import { expect, test } from 'vitest';
import { HubError } from '../../errors/hub-error.js';
import { settingsReader } from './settings.js';

const closed = { additionalProperties: false };
const read = settingsReader(
  Type.Object(
    {
      url: Type.String({ pattern: '^https://' }),
      limits: Type.Object({ calls: Type.Integer({ default: 5 }) }, { ...closed, default: {} }),
    },
    closed,
  ),
);

test('defaults are filled in a copy, nested ones too', () => {
  const raw = { url: 'https://a', limits: {} };
  expect(read(raw)).toEqual({ url: 'https://a', limits: { calls: 5 } });
  expect(read({ url: 'https://a' }).limits.calls).toBe(5);
  expect(raw).toEqual({ url: 'https://a', limits: {} });
});

test('all faults are said, without the values', () => {
  const raw = { url: 'hunter2', limits: { calls: 1.5 }, colour: 'red' };
  const thrown = (() => {
    try {
      return read(raw);
    } catch (error) {
      return error;
    }
  })();
  expect(thrown).toBeInstanceOf(HubError);
  const { code, message } = thrown as HubError;
  expect(code).toBe('SETTINGS_INVALID');
  expect(message).toMatch(/\/url.*\/limits\/calls|additional.*\/url/s);
  expect(message).toContain('additional properties');
  expect(message).not.toContain('hunter2');
});
