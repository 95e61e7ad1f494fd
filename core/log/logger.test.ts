import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createLogger } from './logger.js';
import { withoutSecrets } from './redact.js';

function logging() {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { log: createLogger({ level: 'info' }, stream), lines };
}

test('values under names of secrets never reach the stream, however deep or bound', () => {
  const { log, lines } = logging();
  log.info(
    { headers: { authorization: 'hush', Cookie: 'hush' }, connection: [{ appSecret: 'hush', user: 'li' }] },
    'a',
  );
  const child = log.child({ client_secret: 'hush', connection: 'kingdee' }).child({ token: 'hush' });
  child.info({ accessToken: 'hush', password: 'hush' }, 'b');
  expect(lines).toHaveLength(2);
  expect(lines.join('')).not.toContain('hush');
  expect(lines.join('')).toContain('kingdee');
  expect(lines[0]).toContain('"user":"li"');
});

test('an error keeps its type and stack; levels are words and lower ones are left out', () => {
  const { log, lines } = logging();
  log.debug('unseen');
  log.error({ err: new TypeError('broken') }, 'c');
  const line = JSON.parse(lines.join(''));
  expect(line).toMatchObject({ level: 'error', msg: 'c', err: { type: 'TypeError', message: 'broken' } });
  expect(line.err.stack).toContain('logger.test');
  expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT/);
});

test('a copy without secrets is plain JSON', () => {
  expect(withoutSecrets({ a: [{ refreshToken: 'x', n: 1 }], at: new Date(0) })).toEqual({
    a: [{ refreshToken: '***', n: 1 }],
    at: '1970-01-01T00:00:00.000Z',
  });
});
