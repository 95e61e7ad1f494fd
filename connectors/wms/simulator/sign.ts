import { createHash, createHmac } from 'node:crypto';

/** Parameters of a call, decoded. */
export type Params = Readonly<Record<string, string>>;

const blank = (text: string | undefined): boolean => text === undefined || /^\s*$/.test(text);

/** The bytes a signature covers: sorted parameters glued together, then the body untouched. */
function covered(params: Params, body: Uint8Array): Buffer {
  const names = Object.keys(params).filter((name) => name !== 'sign' && !blank(name) && !blank(params[name]));
  names.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)); // parameter names are ASCII, so code units are bytes
  const head = names.reduce((text, name) => text + name + params[name], '');
  return Buffer.concat([Buffer.from(head, 'utf8'), body]);
}

const WAYS: Readonly<Record<string, (bytes: Buffer, secret: Buffer) => Buffer>> = {
  md5: (bytes, secret) =>
    createHash('md5')
      .update(Buffer.concat([secret, bytes, secret]))
      .digest(),
  hmac: (bytes, secret) => createHmac('md5', secret).update(bytes).digest(),
  'hmac-sha256': (bytes, secret) => createHmac('sha256', secret).update(bytes).digest(),
};

/** What `sign` must be for these parameters and body; undefined for a `sign_method` nobody knows. */
export function expectedSign(params: Params, body: Uint8Array, secret: string): string | undefined {
  const way = WAYS[params['sign_method'] ?? ''];
  return way?.(covered(params, body), Buffer.from(secret, 'utf8')).toString('hex').toUpperCase();
}
