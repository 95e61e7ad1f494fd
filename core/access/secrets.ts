import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HubError } from '../errors/hub-error.js';

/** The key that seals the secrets of this installation, with the short id that sealed texts name. */
export interface MasterKey {
  readonly id: string;
  readonly key: Buffer;
}

const KEY_BYTES = 32;
const FORM = 'v1';

const masterKey = (key: Buffer): MasterKey => ({
  id: createHash('sha256').update('orderhub master key').update(key).digest('hex').slice(0, 8),
  key,
});

function readKeyText(text: string, from: string): MasterKey {
  const clean = text.trim();
  const key = /^[0-9a-f]{64}$/i.test(clean) ? Buffer.from(clean, 'hex') : Buffer.from(clean, 'base64');
  if (key.length !== KEY_BYTES) {
    throw new HubError('SETTINGS_INVALID', { why: `${from} must hold 32 bytes as base64 or hex` });
  }
  return masterKey(key);
}

function readKeyFile(file: string): MasterKey {
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new HubError('SETTINGS_INVALID', { why: `${file} can be read by others; set its mode to 0600` });
  }
  return readKeyText(readFileSync(file, 'utf8'), file);
}

/** Written whole under another name and then linked: nobody reads half a key, and a key that is there is kept. */
function makeKeyFile(file: string): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
}

/**
 * The key of `ORDERHUB_MASTER_KEY`, else of `<dataDir>/master.key`, which is made with mode 0600 when missing.
 * @throws HubError SETTINGS_INVALID when the key is malformed or its file can be read by others.
 */
export function loadMasterKey(given: string | undefined, dataDir: string): MasterKey {
  if (given !== undefined && given !== '') return readKeyText(given, 'ORDERHUB_MASTER_KEY');
  const file = join(dataDir, 'master.key');
  if (!existsSync(file)) makeKeyFile(file);
  return readKeyFile(file);
}

/** Seals with AES-256-GCM under a fresh 96-bit nonce; the name is authenticated, so a sealed text fits no other secret. */
export function sealSecret({ id, key }: MasterKey, name: string, secret: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return [FORM, id, ...[nonce, sealed, cipher.getAuthTag()].map((part) => part.toString('base64url'))].join('.');
}

/** @throws HubError SECRET_UNREADABLE when the text was sealed by another key, for another name, or was changed. */
export function openSecret({ id, key }: MasterKey, name: string, text: string): string {
  const [form, keyId, nonce, sealed, tag] = text.split('.');
  const refuse = (why: string, cause?: unknown): HubError =>
    new HubError('SECRET_UNREADABLE', { name, why }, { cause });
  if (form !== FORM || nonce === undefined || sealed === undefined || tag === undefined)
    throw refuse('it is malformed');
  if (keyId !== id) throw refuse(`it was sealed by key ${keyId}, the hub has ${id}`);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(name)).setAuthTag(Buffer.from(tag, 'base64url'));
    return Buffer.concat([decipher.update(Buffer.from(sealed, 'base64url')), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw refuse('it was changed, or sealed for another name', cause);
  }
}
