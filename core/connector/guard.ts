import {
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  isBrokenCircuitError,
  isBulkheadRejectedError,
  wrap,
} from 'cockatiel';
import { HubError } from '../errors/hub-error.js';
import type { ConnectorType } from './contract.js';

const OPENS_AFTER = 8;
const HALF_OPEN_AFTER_MS = 10_000;
const CALL_MS = 60_000;
const QUEUE = 10_000;

const isTargetsFault = (error: unknown): boolean =>
  !(error instanceof HubError) || error.code === 'CONNECTOR_UNREACHABLE' || error.code === 'CONNECTOR_OUTCOME_UNKNOWN';

/** Keeps the calls of all pipelines to one target within its limits, and leaves a dead target alone for a while. */
export function connectionGuard(connection: string, limits: ConnectorType['limits']) {
  const breaker = circuitBreaker(handleWhen(isTargetsFault), {
    halfOpenAfter: HALF_OPEN_AFTER_MS,
    breaker: new ConsecutiveBreaker(OPENS_AFTER),
  });
  const policy = wrap(bulkhead(limits.concurrency, QUEUE), breaker);
  let nextSlotMs = 0;

  /** Spaces calls evenly at the allowed rate. */
  async function slot(): Promise<void> {
    const now = performance.now();
    const wait = Math.max(0, nextSlotMs - now);
    nextSlotMs = Math.max(now, nextSlotMs) + 1_000 / limits.perSecond;
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }

  async function guarded<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await policy.execute(async () => {
        await slot();
        return call(AbortSignal.timeout(CALL_MS));
      });
    } catch (error) {
      if (isBrokenCircuitError(error)) {
        const why = `it failed ${OPENS_AFTER} times in a row and is left alone for a moment`;
        throw new HubError(
          'CONNECTOR_UNREACHABLE',
          { system: connection, why },
          { cause: error, retryAfterMs: HALF_OPEN_AFTER_MS },
        );
      }
      if (isBulkheadRejectedError(error)) {
        throw new HubError(
          'CONNECTOR_THROTTLED',
          { system: connection, why: 'too many calls wait already' },
          { cause: error },
        );
      }
      throw error;
    }
  }

  return { guarded, state: () => (breaker.state === 0 ? 'closed' : 'open') };
}
