/** Builds the bytes of a BSON array of documents one by one, so that a batch is one buffer and not many small ones. */
export class BatchWriter {
  private out = Buffer.allocUnsafe(16_384);
  private at = 4;
  count = 0;

  /** Bytes so far. */
  get size(): number {
    return this.at;
  }

  push(document: Uint8Array): void {
    const key = String(this.count++);
    this.room(document.length + key.length + 2);
    this.out[this.at++] = 3;
    this.at += this.out.write(key, this.at, 'latin1');
    this.out[this.at++] = 0;
    this.out.set(document, this.at);
    this.at += document.length;
  }

  finish(): Buffer {
    this.room(1);
    this.out[this.at++] = 0;
    this.out.writeInt32LE(this.at, 0);
    return this.out.subarray(0, this.at);
  }

  private room(count: number): void {
    if (this.at + count <= this.out.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.out.length * 2, this.at + count));
    this.out.copy(larger, 0, 0, this.at);
    this.out = larger;
  }
}
