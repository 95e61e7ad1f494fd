import { Binary, BSONRegExp, Code, Decimal128, type ObjectId, Timestamp } from 'bson';
import { compareExact, type Exact, fromDouble, normalise, parseDecimal } from './decimal.js';
import { RANK, rank, textOf } from './order.js';
import { type Doc, type Numeric, toNumber, type Value } from './values.js';

/** Where an exact decimal stands against the double nearest to it. */
const side = (exact: Exact, nearest: number): number =>
  Number.isFinite(nearest) ? compareExact(exact, fromDouble(nearest)) : -Math.sign(nearest);

/**
 * Order-preserving bytes of BSON values. Every encoding is self-terminated (none is a prefix of another), so that the
 * encodings of a compound key can be joined and an equality is a prefix scan.
 */
export class KeyWriter {
  private bytes = Buffer.allocUnsafe(512);
  private at = 0;
  /** True once a decimal was written whose neighbours of the same double may stand in the wrong order. */
  unordered = false;

  reset(): this {
    this.at = 0;
    this.unordered = false;
    return this;
  }

  get length(): number {
    return this.at;
  }

  take(): Buffer {
    return Buffer.from(this.bytes.subarray(0, this.at));
  }

  /** Turns everything written since `from` upside down, for a descending field. */
  invert(from: number): void {
    for (let i = from; i < this.at; i++) this.bytes[i] = ~(this.bytes[i] ?? 0);
  }

  byte(value: number): void {
    this.room(1);
    this.bytes[this.at++] = value;
  }

  value(value: Value): void {
    const type = rank(value);
    this.byte(type);
    this.body(type, value);
  }

  /** The key of an empty array in a multikey index: below null, equal to no storable value. */
  emptyArray(): void {
    this.byte(RANK.emptyArray);
  }

  /** The start shared by all strings that begin with `text`. */
  stringPrefix(text: string): void {
    this.byte(RANK.string);
    this.text(text);
  }

  /** Type and double only: shared by every number that rounds to the same double. */
  numberSlot(value: Numeric): void {
    this.byte(RANK.number);
    this.double(toNumber(value));
  }

  private body(type: number, value: Value): void {
    switch (type) {
      case RANK.number:
        this.number(value as Numeric);
        break;
      case RANK.string:
        this.terminated(textOf(value));
        break;
      case RANK.object:
        this.document(value as Doc);
        break;
      case RANK.array:
        for (const item of value as Value[]) this.value(item);
        this.byte(0);
        break;
      case RANK.objectId:
        this.raw((value as ObjectId).id);
        break;
      case RANK.bool:
        this.byte(value === true ? 1 : 0);
        break;
      case RANK.date:
        this.date((value as Date).getTime());
        break;
      default:
        this.rare(value);
    }
  }

  private rare(value: Value): void {
    if (value instanceof Binary) {
      this.room(5);
      this.at = this.bytes.writeUInt32BE(value.position, this.at);
      this.bytes[this.at++] = value.sub_type;
      this.raw(value.buffer.subarray(0, value.position));
    } else if (value instanceof Timestamp) {
      this.room(8);
      this.at = this.bytes.writeBigUInt64BE(BigInt.asUintN(64, BigInt(value.toString())), this.at);
    } else if (value instanceof BSONRegExp) {
      this.terminated(value.pattern);
      this.terminated(value.options);
    } else if (value instanceof Code) {
      this.terminated(value.code);
      if (value.scope !== null) this.document(value.scope as unknown as Doc);
    }
  }

  private document(value: Doc): void {
    for (const [key, item] of value) {
      const type = rank(item);
      this.byte(type);
      this.terminated(key);
      this.body(type, item);
    }
    this.byte(0);
  }

  /** Eight sortable bytes of the nearest double, then what tells neighbours of that double apart. */
  private number(value: Numeric): void {
    if (value instanceof Decimal128) {
      this.decimal(value);
      return;
    }
    const nearest = toNumber(value);
    this.double(nearest);
    this.offset(typeof value === 'bigint' ? Number(value - BigInt(nearest)) : 0);
  }

  private decimal(value: Decimal128): void {
    const exact = parseDecimal(value);
    const nearest = toNumber(value);
    this.double(nearest);
    if (typeof exact === 'string' || side(exact, nearest) === 0) {
      this.offset(0);
      return;
    }
    const { coefficient, exponent } = normalise(exact);
    const whole = exponent >= 0 ? coefficient * 10n ** BigInt(Math.min(exponent, 30)) : undefined;
    if (whole !== undefined && BigInt.asIntN(64, whole) === whole) {
      this.offset(Number(whole - BigInt(nearest)));
      return;
    }
    this.unordered = true;
    this.byte(side(exact, nearest) > 0 ? 0xf0 : 0x10);
    this.terminated(`${coefficient}E${exponent}`);
  }

  /** Distance of an integer from its nearest double: at most 512, which is the rounding of int64. */
  private offset(distance: number): void {
    this.room(2);
    this.at = this.bytes.writeUInt16BE(0x8000 + distance, this.at);
  }

  private double(value: number): void {
    this.room(8);
    if (Number.isNaN(value)) {
      this.bytes.fill(0, this.at, this.at + 8);
    } else {
      this.bytes.writeDoubleBE(value === 0 ? 0 : value, this.at);
      const first = this.bytes[this.at] ?? 0;
      if (first < 0x80) this.bytes[this.at] = first | 0x80;
      else for (let i = this.at; i < this.at + 8; i++) this.bytes[i] = ~(this.bytes[i] ?? 0);
    }
    this.at += 8;
  }

  private date(ms: number): void {
    const high = Math.floor(ms / 4_294_967_296);
    this.room(8);
    this.at = this.bytes.writeUInt32BE(high + 0x8000_0000, this.at);
    this.at = this.bytes.writeUInt32BE(ms - high * 4_294_967_296, this.at);
  }

  private raw(value: Uint8Array): void {
    this.room(value.length);
    this.bytes.set(value, this.at);
    this.at += value.length;
  }

  private terminated(text: string): void {
    this.text(text);
    this.room(2);
    this.bytes[this.at++] = 0;
    this.bytes[this.at++] = 0;
  }

  /** UTF-8, a zero byte written as 00 FF so that the terminator 00 00 stays below it. */
  private text(text: string): void {
    this.room(text.length * 3);
    const start = this.at;
    this.at += this.bytes.write(text, this.at, 'utf8');
    if (!text.includes('\0')) return;
    const escaped = this.bytes.toString('latin1', start, this.at).replaceAll('\0', '\0\xff');
    this.at = start;
    this.raw(Buffer.from(escaped, 'latin1'));
  }

  private room(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.at + count));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
  }
}

/** The smallest byte string above every one that starts with `prefix`; undefined when there is none. */
export function afterPrefix(prefix: Buffer): Buffer | undefined {
  for (let i = prefix.length - 1; i >= 0; i--) {
    const byte = prefix[i] ?? 0;
    if (byte === 255) continue;
    const next = Buffer.from(prefix.subarray(0, i + 1));
    next[i] = byte + 1;
    return next;
  }
  return undefined;
}
