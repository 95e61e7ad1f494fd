import { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, type MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { type Doc, isDoc, isInt32, RawArray, RawDoc, type Value, WholeDouble } from './values.js';

let out = Buffer.allocUnsafe(65_536);
let at = 0;

/**
 * Encodes a document. The result owns its memory.
 * @param headroom bytes left free in front, for a message header
 */
export function encode(document: Doc, headroom = 0): Buffer {
  at = headroom;
  writeDocument(document);
  const result = Buffer.from(out.subarray(0, at));
  if (out.length > 4_194_304) out = Buffer.allocUnsafe(65_536);
  return result;
}

function room(count: number): void {
  if (at + count <= out.length) return;
  const larger = Buffer.allocUnsafe(Math.max(out.length * 2, at + count));
  out.copy(larger, 0, 0, at);
  out = larger;
}

function writeText(text: string): void {
  room(text.length * 3 + 1);
  if (text.length > 40) {
    at += out.write(text, at, 'utf8');
    return;
  }
  const start = at;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) {
      at = start + out.write(text, start, 'utf8');
      return;
    }
    out[at++] = code;
  }
}

function writeCString(text: string): void {
  writeText(text);
  out[at++] = 0;
}

function writeString(text: string): void {
  room(4);
  const start = at;
  at += 4;
  writeCString(text);
  out.writeInt32LE(at - start - 4, start);
}

function writeInt32(value: number): void {
  room(4);
  at = out.writeInt32LE(value, at);
}

function writeRaw(bytes: Uint8Array): void {
  room(bytes.length);
  out.set(bytes, at);
  at += bytes.length;
}

function writeDocument(document: Doc): void {
  room(4);
  const start = at;
  at += 4;
  for (const [key, value] of document) writeElement(key, value);
  room(1);
  out[at++] = 0;
  out.writeInt32LE(at - start, start);
}

function writeArray(items: readonly Value[]): void {
  room(4);
  const start = at;
  at += 4;
  for (let i = 0; i < items.length; i++) writeElement(String(i), items[i] ?? null);
  room(1);
  out[at++] = 0;
  out.writeInt32LE(at - start, start);
}

/** Writes type, name and body; the body writers are called after the type byte is in place. */
function writeElement(key: string, value: Value): void {
  room(1);
  const typeAt = at++;
  writeCString(key);
  // `room` may have replaced the buffer: the type is set last, at its remembered place.
  const type = writeBody(value);
  out[typeAt] = type;
}

function writeBody(value: Value): number {
  switch (typeof value) {
    case 'string':
      writeString(value);
      return 2;
    case 'number':
      return writeNumber(value);
    case 'bigint':
      room(8);
      at = out.writeBigInt64LE(value, at);
      return 18;
    case 'boolean':
      room(1);
      out[at++] = value ? 1 : 0;
      return 8;
    default:
      return writeObject(value);
  }
}

function writeNumber(value: number): number {
  if (isInt32(value)) {
    writeInt32(value);
    return 16;
  }
  return writeDouble(value);
}

function writeDouble(value: number): number {
  room(8);
  at = out.writeDoubleLE(value, at);
  return 1;
}

function writeDate(value: Date): number {
  const ms = value.getTime();
  const high = Math.floor(ms / 4_294_967_296);
  room(8);
  out.writeUInt32LE(ms - high * 4_294_967_296, at);
  out.writeInt32LE(high, at + 4);
  at += 8;
  return 9;
}

function writeBinary(value: Binary): number {
  const body = value.buffer.subarray(0, value.position);
  writeInt32(body.length);
  room(1);
  out[at++] = value.sub_type;
  writeRaw(body);
  return 5;
}

function writeCode(value: Code): number {
  if (value.scope === null) {
    writeString(value.code);
    return 13;
  }
  room(4);
  const start = at;
  at += 4;
  writeString(value.code);
  writeDocument(value.scope as unknown as Doc);
  out.writeInt32LE(at - start, start);
  return 15;
}

function writeObject(value: Exclude<Value, string | number | bigint | boolean>): number {
  if (value === null) return 10;
  if (isDoc(value)) {
    writeDocument(value);
    return 3;
  }
  if (value instanceof RawDoc) {
    writeRaw(value.bytes);
    return 3;
  }
  if (Array.isArray(value)) {
    writeArray(value);
    return 4;
  }
  if (value instanceof RawArray) {
    writeRaw(value.bytes);
    return 4;
  }
  if (value instanceof Date) return writeDate(value);
  if (value instanceof ObjectId) {
    writeRaw(value.id);
    return 7;
  }
  if (value instanceof WholeDouble) return writeDouble(value.value);
  return writeRare(value);
}

type Rare = Binary | Decimal128 | BSONRegExp | Timestamp | Code | BSONSymbol | MinKey | MaxKey;

function writeRare(value: Rare): number {
  if (value instanceof Binary) return writeBinary(value);
  if (value instanceof Decimal128) {
    writeRaw(value.bytes);
    return 19;
  }
  if (value instanceof BSONRegExp) {
    writeCString(value.pattern);
    writeCString(value.options);
    return 11;
  }
  if (value instanceof Timestamp) {
    room(8);
    at = out.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value.toString())), at);
    return 17;
  }
  if (value instanceof Code) return writeCode(value);
  if (value instanceof BSONSymbol) {
    writeString(value.value);
    return 14;
  }
  return value instanceof MinKey ? 255 : 127;
}
