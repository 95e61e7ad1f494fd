import type { Socket } from 'node:net';
import { type Doc, doc } from '../bson/values.js';
import { HangUp } from '../commands/fail-point.js';
import { ProtocolError } from '../protocol-error.js';
import { FrameReader, parseRequest, type Request, replyFrame } from './messages.js';

/** Reading pauses while this much is waiting, so that a fast sender cannot fill the memory. */
const MAX_WAITING_FRAMES = 16;

export type Handler = (body: Doc) => Promise<Doc>;

/** Serves one connection: its commands run one after the other, in the order they came. */
export function serveConnection(socket: Socket, handle: Handler): void {
  const reader = new FrameReader();
  const waiting: Buffer[] = [];
  let busy = false;

  const work = async () => {
    busy = true;
    for (let frame = waiting.shift(); frame !== undefined && !socket.destroyed; frame = waiting.shift()) {
      const reply = await answer(frame, handle).catch(() => {
        socket.destroy();
        return undefined;
      });
      if (reply !== undefined && !socket.destroyed) socket.write(reply);
      if (waiting.length < MAX_WAITING_FRAMES) socket.resume();
    }
    busy = false;
  };

  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    try {
      waiting.push(...reader.push(chunk));
    } catch {
      socket.destroy();
      return;
    }
    if (waiting.length >= MAX_WAITING_FRAMES) socket.pause();
    if (!busy) void work();
  });
}

/** The reply frame; undefined when none is wanted. Throws only to end the connection: broken frames, HangUp. */
async function answer(frame: Buffer, handle: Handler): Promise<Buffer | undefined> {
  const header = { requestId: frame.readInt32LE(4), legacy: frame.readInt32LE(12) === 2004 };
  let request: Request;
  try {
    request = parseRequest(frame);
  } catch (error) {
    if (error instanceof ProtocolError) return replyFrame(header, errorReply(error));
    throw error;
  }
  let reply: Doc;
  try {
    reply = await handle(request.body);
  } catch (error) {
    if (error instanceof HangUp) throw error;
    reply = errorReply(error);
  }
  return request.silent ? undefined : replyFrame(request, reply);
}

/** `{ok: 0, errmsg, code, codeName}` and what the error adds. An unexpected error is InternalError, with its text. */
export function errorReply(error: unknown): Doc {
  const known =
    error instanceof ProtocolError
      ? error
      : new ProtocolError('InternalError', error instanceof Error ? error.message : String(error));
  const reply = doc({ ok: 0, errmsg: known.message, code: known.code, codeName: known.codeName });
  for (const [key, value] of known.details) reply.set(key, value);
  return reply;
}
