import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { HubError } from '../errors/hub-error.js';

async function* limited(request: IncomingMessage, limit: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  try {
    // The connection outlives a refusal, so that the sender can read why.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > limit) throw new HubError('INBOX_BODY_TOO_LARGE', { limit });
      yield chunk;
    }
  } catch (error) {
    if (error instanceof HubError) throw error;
    throw new HubError('INBOX_BODY_MALFORMED', { path: '$', why: 'it broke off', whyZh: '内容中断' }, { cause: error });
  } finally {
    request.resume();
  }
}

/**
 * The body as a stream, read only as fast as it is used. It fails with HubError INBOX_BODY_TOO_LARGE after `limit` bytes
 * and with INBOX_BODY_MALFORMED when the sender goes away.
 * @throws HubError INBOX_BODY_TOO_LARGE when the length the sender announces is over the limit already,
 *   REQUEST_MEDIA_TYPE for a content encoding.
 */
export function streamBody(request: IncomingMessage, limit: number): Readable {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    const facts = { type: `encoding ${encoding}`, typeZh: `编码 ${encoding}`, accepted: 'identity' };
    throw new HubError('REQUEST_MEDIA_TYPE', facts);
  }
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new HubError('INBOX_BODY_TOO_LARGE', { limit });
  return Readable.from(limited(request, limit), { objectMode: false });
}
