import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadMasterKey, openSecret, sealSecret } from './secrets.js';

const hex = (byte: string): string => byte.repeat(32);
const key = loadMasterKey(hex('0a'), '');
const unreadable = expect.objectContaining({ code: 'SECRET_UNREADABLE' });

describe('a sealed secret', () => {
  const sealed = sealSecret(key, 'kingdee.appSecret', '机密 s3cret');

  test('opens under its key and name, and never looks the same twice', () => {
    expect(openSecret(key, 'kingdee.appSecret', sealed)).toBe('机密 s3cret');
    expect(sealSecret(key, 'kingdee.appSecret', '机密 s3cret')).not.toBe(sealed);
    expect(sealed).toMatch(new RegExp(`^v1\\.${key.id}\\.[\\w-]{16}\\.[\\w-]+\\.[\\w-]{22}$`));
  });

  test('opens for no other name and no other key', () => {
    expect(() => openSecret(key, 'salesforce.appSecret', sealed)).toThrow(unreadable);
    expect(() => openSecret(loadMasterKey(hex('0b'), ''), 'kingdee.appSecret', sealed)).toThrow(unreadable);
    const disguised = sealed.replace(key.id, loadMasterKey(hex('0b'), '').id);
    expect(() => openSecret(loadMasterKey(hex('0b'), ''), 'kingdee.appSecret', disguised)).toThrow(unreadable);
  });

  test('does not open when any of its bytes was changed or its tag cut', () => {
    const parts = sealed.split('.');
    for (const index of [2, 3, 4]) {
      const bytes = Buffer.from(parts[index] ?? '', 'base64url');
      for (let at = 0; at < bytes.length; at += 1) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        const text = parts.with(index, changed.toString('base64url')).join('.');
        expect(() => openSecret(key, 'kingdee.appSecret', text)).toThrow(unreadable);
      }
    }
    const cut = parts
      .with(
        4,
        Buffer.from(parts[4] ?? '', 'base64url')
          .subarray(0, 4)
          .toString('base64url'),
      )
      .join('.');
    expect(() => openSecret(key, 'kingdee.appSecret', cut)).toThrow(unreadable);
    for (const text of ['', 'v1', parts.slice(0, 4).join('.'), sealed.replace('v1', 'v2')]) {
      expect(() => openSecret(key, 'kingdee.appSecret', text)).toThrow(unreadable);
    }
  });
});

describe('the master key', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'orderhub-key-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is the same from hex and from base64, and must have 32 bytes', () => {
    expect(loadMasterKey(Buffer.alloc(32, 0x0a).toString('base64'), '')).toEqual(key);
    for (const short of ['abcd', hex('0a').slice(2), 'not a key']) {
      expect(() => loadMasterKey(short, '')).toThrow(expect.objectContaining({ code: 'SETTINGS_INVALID' }));
    }
  });

  test('is made once, for its owner only, and found again', () => {
    const made = loadMasterKey(undefined, folder);
    expect(loadMasterKey('', folder)).toEqual(made);
    expect(readdirSync(folder)).toEqual(['master.key']);
    expect(statSync(join(folder, 'master.key')).mode & 0o777).toBe(0o600);
  });

  test('is refused when others can read its file', () => {
    loadMasterKey(undefined, folder);
    chmodSync(join(folder, 'master.key'), 0o640);
    expect(() => loadMasterKey(undefined, folder)).toThrow(expect.objectContaining({ code: 'SETTINGS_INVALID' }));
  });
});
