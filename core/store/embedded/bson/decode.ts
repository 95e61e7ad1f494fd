import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { ProtocolError } from '../protocol-error.js';
import { type Doc, double, type Value } from './values.js';

/** MongoDB's nesting limit. */
const MAX_DEPTH = 180;
const KEY_SLOTS = 4096;

/** Field names seen lately: decoded documents share one string per name, which halves their memory. */
const knownKeys: (string | undefined)[] = new Array(KEY_SLOTS);

let bytes: Buffer = Buffer.alloc(0);
let at = 0;
let limit = 0;

const invalid = (why: string) => new ProtocolError('InvalidBSON', `Invalid BSON: ${why} at byte ${at}`);

/**
 * Decodes one document that fills the whole buffer, checking lengths, terminators and depth on the way.
 * @throws ProtocolError InvalidBSON when the bytes are not one well-formed document or use a type that is not stored
 *   (undefined, DBPointer).
 */
export function decode(buffer: Buffer): Doc {
  bytes = buffer;
  at = 0;
  limit = buffer.length;
  const document = readDocument(0);
  if (at !== buffer.length) throw invalid('trailing bytes');
  return document;
}

function need(count: number): void {
  if (at + count > limit) throw invalid('truncated value');
}

function readInt32(): number {
  need(4);
  const value = bytes.readInt32LE(at);
  at += 4;
  return value;
}

function readKey(): string {
  const start = at;
  let hash = 0;
  let ascii = true;
  let byte = bytes[at];
  while (byte !== 0) {
    if (byte === undefined || at >= limit) throw invalid('unterminated name');
    if (byte > 127) ascii = false;
    hash = (Math.imul(hash, 31) + byte) | 0;
    byte = bytes[++at];
  }
  const end = at++;
  if (!ascii || end - start > 40) return bytes.toString('utf8', start, end);
  const slot = hash & (KEY_SLOTS - 1);
  const known = knownKeys[slot];
  if (known !== undefined && sameAscii(known, start, end)) return known;
  const fresh = bytes.toString('latin1', start, end);
  knownKeys[slot] = fresh;
  return fresh;
}

function sameAscii(text: string, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}

function readString(): string {
  const length = readInt32();
  if (length < 1) throw invalid('string length');
  need(length);
  const text = bytes.toString('utf8', at, at + length - 1);
  at += length;
  if (bytes[at - 1] !== 0) throw invalid('unterminated string');
  return text;
}

/** Opens a document or array; returns where it ends. */
function enter(depth: number): number {
  if (depth > MAX_DEPTH) throw new ProtocolError('Overflow', `BSON nested deeper than ${MAX_DEPTH} levels`);
  const start = at;
  const length = readInt32();
  const end = start + length;
  if (length < 5 || end > limit || bytes[end - 1] !== 0) throw invalid('document length');
  return end;
}

function readDocument(depth: number): Doc {
  const end = enter(depth);
  const outer = limit;
  limit = end;
  const document: Doc = new Map();
  for (let type = bytes[at++]; type !== 0; type = bytes[at++]) {
    const key = readKey();
    document.set(key, readValue(type, depth));
  }
  if (at !== end) throw invalid('document length');
  limit = outer;
  return document;
}

function readArray(depth: number): Value[] {
  const end = enter(depth);
  const outer = limit;
  limit = end;
  const items: Value[] = [];
  for (let type = bytes[at++]; type !== 0; type = bytes[at++]) {
    while (bytes[at] !== 0) if (++at >= limit) throw invalid('unterminated name');
    at++;
    items.push(readValue(type, depth));
  }
  if (at !== end) throw invalid('array length');
  limit = outer;
  return items;
}

function readDate(): Date {
  need(8);
  const ms = bytes.readInt32LE(at + 4) * 4_294_967_296 + bytes.readUInt32LE(at);
  at += 8;
  if (Math.abs(ms) > 8.64e15) throw invalid('date outside the years -271821 to 275760');
  return new Date(ms);
}

function readBinary(): Binary {
  const length = readInt32();
  if (length < 0) throw invalid('binary length');
  need(length + 1);
  const subtype = bytes[at++] ?? 0;
  const copy = Buffer.from(bytes.subarray(at, at + length));
  at += length;
  return new Binary(copy, subtype);
}

function readCodeWithScope(depth: number): Code {
  const start = at;
  const length = readInt32();
  const text = readString();
  const scope = readDocument(depth + 1);
  if (at - start !== length) throw invalid('code length');
  return new Code(text, scope as unknown as Record<string, unknown>);
}

/** One byte string of fixed length, copied: the buffer belongs to the caller. */
function take(length: number): Buffer {
  need(length);
  const copy = Buffer.from(bytes.subarray(at, at + length));
  at += length;
  return copy;
}

function readInt64(): bigint {
  need(8);
  const value = bytes.readBigInt64LE(at);
  at += 8;
  return value;
}

function readDouble(): Value {
  need(8);
  const value = bytes.readDoubleLE(at);
  at += 8;
  return double(value);
}

function readBoolean(): boolean {
  need(1);
  const byte = bytes[at++];
  if (byte !== 0 && byte !== 1) throw invalid('boolean');
  return byte === 1;
}

function readValue(type: number | undefined, depth: number): Value {
  switch (type) {
    case 1:
      return readDouble();
    case 2:
      return readString();
    case 3:
      return readDocument(depth + 1);
    case 4:
      return readArray(depth + 1);
    case 5:
      return readBinary();
    case 7:
      return new ObjectId(take(12));
    case 8:
      return readBoolean();
    case 9:
      return readDate();
    case 10:
      return null;
    case 11:
      return new BSONRegExp(readKey(), readKey());
    case 13:
      return new Code(readString());
    case 14:
      return new BSONSymbol(readString());
    case 15:
      return readCodeWithScope(depth);
    case 16:
      return readInt32();
    case 17:
      return new Timestamp(BigInt.asUintN(64, readInt64()));
    case 18:
      return readInt64();
    case 19:
      return new Decimal128(take(16));
    case 255:
      return new MinKey();
    case 127:
      return new MaxKey();
    default:
      throw invalid(`type ${type} is not stored`);
  }
}
