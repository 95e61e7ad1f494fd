import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { RawRequest } from '../../core/connector/contract.js';
import { HubError } from '../../core/errors/hub-error.js';

/** How callouts of one tenant prove who sent them; nothing of it is fixed by Zuora. */
export interface CalloutProof {
  readonly connection: string;
  /** Any of them fits; more than one while a key is changed. None: no signature is asked for. */
  readonly hmacKeys: readonly string[];
  readonly signatureHeader: string;
  /** With `{{Request.HMAC.Signed}}`. */
  readonly signatureValue: string;
  /** With `{{Request.Body}}` and `{{Request.Headers.<name>}}`. */
  readonly signedText: string;
  readonly algorithm: string;
  readonly output: 'BASE64' | 'HEX';
  readonly login?: { readonly user: string; readonly password: string };
}

const headerOf = (request: RawRequest, name: string): string | undefined => {
  const found = Object.keys(request.headers).find((key) => key.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : request.headers[found];
};

/** Equal in a time that tells nothing about where two texts differ. */
const sameText = (a: string, b: string): boolean => {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
};

/** The bytes that were signed: the body as it came, and headers where the template names them. */
function signedBytes(request: RawRequest, template: string): Buffer {
  const parts = template.split(/(\{\{Request\.(?:Body|Headers\.[\w-]+)\}\})/);
  return Buffer.concat(
    parts.map((part) => {
      if (part === '{{Request.Body}}') return request.body;
      const name = /^\{\{Request\.Headers\.([\w-]+)\}\}$/.exec(part)?.[1];
      return Buffer.from(name === undefined ? part : (headerOf(request, name) ?? ''));
    }),
  );
}

function signatureFits(request: RawRequest, proof: CalloutProof): boolean {
  const given = headerOf(request, proof.signatureHeader) ?? '';
  const bytes = signedBytes(request, proof.signedText);
  return proof.hmacKeys.some((key) => {
    const digest = createHmac(proof.algorithm.toLowerCase().replace('-', ''), key).update(bytes);
    const signed = digest.digest(proof.output === 'HEX' ? 'hex' : 'base64');
    return sameText(given, proof.signatureValue.replace('{{Request.HMAC.Signed}}', signed));
  });
}

/**
 * Judges the raw request. What the connection has a secret for is asked for: a signature, a login, or both.
 * @throws HubError INBOX_BAD_SIGNATURE, also when the connection has neither.
 */
export function verifyCallout(request: RawRequest, proof: CalloutProof): void {
  const refuse = (why: string, whyZh: string): never => {
    throw new HubError('INBOX_BAD_SIGNATURE', { connection: proof.connection, why, whyZh });
  };
  const { login, hmacKeys } = proof;
  if (login === undefined && hmacKeys.length === 0) {
    refuse('the connection has no key and no login for callouts', '该连接未配置回调密钥或用户名');
  }
  if (login !== undefined) {
    const wanted = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
    const given = headerOf(request, 'authorization');
    if (given === undefined) refuse('it has no login', '缺少用户名和密码');
    else if (!sameText(given, wanted)) refuse('user name or password is wrong', '用户名或密码错误');
  }
  if (hmacKeys.length > 0 && !signatureFits(request, proof)) {
    refuse(
      `the header ${proof.signatureHeader} fits neither body nor key`,
      `${proof.signatureHeader} 与报文和密钥不符`,
    );
  }
}

export const headerText = headerOf;
