import { decode } from '../bson/decode.js';
import { encode } from '../bson/encode.js';
import { type Doc, RawDoc, type Value } from '../bson/values.js';
import { ProtocolError } from '../protocol-error.js';

/** Limits announced in hello. */
export const MAX_MESSAGE_BYTES = 48_000_000;
const HEADER_BYTES = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;

const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
/** Bits 0 to 15 must be understood by the receiver; unknown ones are an error (OP_MSG specification). */
const KNOWN_REQUIRED_FLAGS = CHECKSUM_PRESENT | MORE_TO_COME;

export type Request = Readonly<{
  requestId: number;
  /** Legacy OP_QUERY handshake: answered with OP_REPLY. */
  legacy: boolean;
  /** The sender wants no reply (unacknowledged write). */
  silent: boolean;
  /** The command; document sequences are arrays of RawDoc. */
  body: Doc;
}>;

/** A frame that breaks the protocol: the connection is closed, as a server does. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** Cuts the byte stream of one connection into messages. */
export class FrameReader {
  private chunks: Buffer[] = [];
  private held = 0;

  /** @throws WireError when a message announces an impossible length */
  push(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk);
    this.held += chunk.length;
    const frames: Buffer[] = [];
    for (let length = this.nextLength(); length !== undefined && this.held >= length; length = this.nextLength()) {
      frames.push(this.take(length));
    }
    return frames;
  }

  private nextLength(): number | undefined {
    if (this.held < 4) return undefined;
    const length = this.peek(4).readInt32LE(0);
    if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES) throw new WireError(`message of ${length} bytes`);
    return length;
  }

  /** The first bytes in one piece; joins chunks only when the front one is too short. */
  private peek(count: number): Buffer {
    const [front] = this.chunks;
    if (front !== undefined && front.length >= count) return front;
    const joined = Buffer.concat(this.chunks);
    this.chunks = [joined];
    return joined;
  }

  private take(length: number): Buffer {
    const joined = this.peek(length);
    const frame = joined.subarray(0, length);
    const rest = joined.subarray(length);
    if (rest.length > 0) this.chunks[0] = rest;
    else this.chunks.shift();
    this.held -= length;
    return frame;
  }
}

/** @throws WireError for a frame that is not a well-formed OP_MSG or OP_QUERY; ProtocolError for bad BSON inside */
export function parseRequest(frame: Buffer): Request {
  const requestId = frame.readInt32LE(4);
  const opCode = frame.readInt32LE(12);
  if (opCode === OP_MSG) return parseMessage(frame, requestId);
  if (opCode === OP_QUERY) return parseQuery(frame, requestId);
  throw new WireError(`opcode ${opCode}`);
}

function documentAt(frame: Buffer, at: number, end: number): Buffer {
  if (at + 5 > end) throw new WireError('truncated document');
  const length = frame.readInt32LE(at);
  if (length < 5 || at + length > end) throw new WireError(`document of ${length} bytes`);
  return frame.subarray(at, at + length);
}

function parseMessage(frame: Buffer, requestId: number): Request {
  if (frame.length < HEADER_BYTES + 5) throw new WireError('truncated message');
  const flags = frame.readUInt32LE(HEADER_BYTES);
  if ((flags & 0xffff & ~KNOWN_REQUIRED_FLAGS) !== 0) throw new WireError(`flags ${flags}`);
  const end = flags & CHECKSUM_PRESENT ? frame.length - 4 : frame.length;
  let body: Doc | undefined;
  const sequences: [string, Value[]][] = [];
  for (let at = HEADER_BYTES + 4; at < end; ) {
    const kind = frame[at++];
    if (kind === 0) {
      if (body !== undefined) throw new WireError('two bodies');
      const bytes = documentAt(frame, at, end);
      body = decode(bytes);
      at += bytes.length;
    } else if (kind === 1) {
      if (at + 4 > end) throw new WireError('truncated sequence');
      const sectionEnd = at + frame.readInt32LE(at);
      if (sectionEnd > end || sectionEnd < at + 5) throw new WireError('sequence length');
      sequences.push(parseSequence(frame, at + 4, sectionEnd));
      at = sectionEnd;
    } else throw new WireError(`section kind ${kind}`);
  }
  if (body === undefined) throw new WireError('no body');
  for (const [name, documents] of sequences) {
    if (body.has(name)) throw new WireError(`${name} given twice`);
    body.set(name, documents);
  }
  return { requestId, legacy: false, silent: (flags & MORE_TO_COME) !== 0, body };
}

function parseSequence(frame: Buffer, start: number, end: number): [string, Value[]] {
  const nameEnd = frame.indexOf(0, start);
  if (nameEnd < 0 || nameEnd >= end) throw new WireError('unterminated sequence name');
  const documents: Value[] = [];
  for (let at = nameEnd + 1; at < end; ) {
    const bytes = documentAt(frame, at, end);
    documents.push(new RawDoc(bytes));
    at += bytes.length;
  }
  return [frame.toString('utf8', start, nameEnd), documents];
}

/** Only the handshake still uses OP_QUERY: flags, namespace, skip, number to return, query. */
function parseQuery(frame: Buffer, requestId: number): Request {
  const nameEnd = frame.indexOf(0, HEADER_BYTES + 4);
  if (nameEnd < 0) throw new WireError('unterminated namespace');
  const namespace = frame.toString('utf8', HEADER_BYTES + 4, nameEnd);
  const body = new Map(decode(documentAt(frame, nameEnd + 9, frame.length)));
  const [name = ''] = body.keys();
  if (!namespace.endsWith('.$cmd') || !/^(hello|ismaster|isMaster)$/.test(name)) {
    throw new ProtocolError('CommandNotFound', `Unsupported OP_QUERY command: ${name}`);
  }
  return { requestId, legacy: true, silent: false, body: body.set('$db', namespace.slice(0, -5)) };
}

let replyId = 0;

/** The frame of a reply. */
export function replyFrame(request: Pick<Request, 'requestId' | 'legacy'>, reply: Doc): Buffer {
  const head = HEADER_BYTES + (request.legacy ? 20 : 5);
  const frame = encode(reply, head);
  replyId = (replyId + 1) & 0x7fffffff;
  frame.writeInt32LE(frame.length, 0);
  frame.writeInt32LE(replyId, 4);
  frame.writeInt32LE(request.requestId, 8);
  frame.writeInt32LE(request.legacy ? OP_REPLY : OP_MSG, 12);
  frame.fill(0, HEADER_BYTES, head);
  if (request.legacy) frame.writeInt32LE(1, HEADER_BYTES + 16);
  return frame;
}
