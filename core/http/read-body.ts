import express, { type Request, type Response } from 'express';
import { HubError } from '../errors/hub-error.js';
import { findJsonFault } from './json-fault.js';

/** What body-parser attaches to its errors. */
interface ReadFault {
  readonly type?: string;
}

function translate(error: unknown, limit: number, request: Request): HubError {
  const type = typeof error === 'object' && error !== null ? (error as ReadFault).type : undefined;
  if (type === 'entity.too.large') return new HubError('INBOX_BODY_TOO_LARGE', { limit }, { cause: error });
  if (type === 'encoding.unsupported') {
    const encoding = request.headers['content-encoding'] ?? 'none';
    const facts = { type: `encoding ${encoding}`, typeZh: `编码 ${encoding}`, accepted: 'identity, gzip, deflate, br' };
    return new HubError('REQUEST_MEDIA_TYPE', facts, { cause: error });
  }
  const facts = { path: '$', why: 'it broke off or is not encoded as it says', whyZh: '内容中断或与所注明的编码不符' };
  return new HubError('INBOX_BODY_MALFORMED', facts, { cause: error });
}

/**
 * The bytes of a body after its content encoding was undone; empty when there is none.
 * @throws HubError INBOX_BODY_TOO_LARGE, INBOX_BODY_MALFORMED (broken off), REQUEST_MEDIA_TYPE (unknown encoding).
 */
export function readBytes(request: Request, response: Response, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    express.raw({ type: () => true, limit })(request, response, (error?: unknown) => {
      if (error !== undefined) reject(translate(error, limit, request));
      else resolve(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
    });
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Line and column, both from 1, of an offset. */
const placeOf = (text: string, offset: number): string => {
  const lines = text.slice(0, offset).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
};

/** @throws HubError INBOX_BODY_MALFORMED with the line and column where reading stopped. */
export function parseJson(bytes: Buffer): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch (cause) {
    const facts = { path: '$', why: 'it is not UTF-8', whyZh: '不是 UTF-8 编码' };
    throw new HubError('INBOX_BODY_MALFORMED', facts, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const { offset, why, whyZh } = findJsonFault(text);
    throw new HubError('INBOX_BODY_MALFORMED', { path: placeOf(text, offset), why, whyZh }, { cause });
  }
}

/** @throws HubError REQUEST_MEDIA_TYPE unless the content type is JSON. */
export function requireJson(contentType: string | undefined): void {
  if (/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(contentType ?? '')) return;
  const facts = { type: contentType ?? 'none', typeZh: contentType ?? '未注明', accepted: 'application/json' };
  throw new HubError('REQUEST_MEDIA_TYPE', facts);
}
