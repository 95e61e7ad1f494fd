/** A call below `/services/data/vXX.0`, already known to come from `userId`. */
export interface ApiCall {
  readonly method: string;
  /** Decoded parts of the path behind the version. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly root: string;
  readonly version: number;
  readonly userId: string;
  /** From `Sforce-Call-Options`. */
  readonly client: string;
  /** From `Sforce-Query-Options`. */
  readonly batchSize: number | undefined;
}
