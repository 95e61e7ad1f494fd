import { HubError } from '../../errors/hub-error.js';

/** What was being done, for the sentence of an error, and whether it can have changed anything there. */
export interface Deed {
  readonly what: string;
  readonly writes: boolean;
}

/** Node's error codes after which the request cannot have left this machine. */
const NEVER_SENT = new Set([
  'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EPROTO', 'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'ERR_TLS_CERT_ALTNAME_INVALID',
]); // biome-ignore format: a table reads better in rows

const reaching = (system: string, why: string, cause: unknown): HubError =>
  new HubError('CONNECTOR_UNREACHABLE', { system, why }, { cause });

interface Thrown {
  readonly code?: string;
  readonly syscall?: string;
  readonly message?: string;
  readonly cause?: { readonly syscall?: string };
}

/** How calls to `system` (its name for people) fail without an answer. */
export function networkFaults(system: string) {
  /** Nothing came back that says what happened: a write may have landed, a read can simply be asked again. */
  const unanswered = (deed: Deed, why: string, cause?: unknown): HubError =>
    new HubError(
      deed.writes ? 'CONNECTOR_OUTCOME_UNKNOWN' : 'CONNECTOR_UNREACHABLE',
      { system, what: deed.what, why },
      { cause },
    );

  /** Nothing was sent because the caller gave up before. */
  const notSent = (cause: unknown): HubError => reaching(system, 'aborted before it was sent', cause);

  /** Translates what the HTTP client threw: refused connections wrote nothing, lost ones may have. */
  const fromNetwork = (error: unknown, deed: Deed): HubError => {
    const { code = '', syscall, message, cause } = error as Thrown;
    const why = code || message || 'the connection broke';
    const connecting = syscall === 'connect' || cause?.syscall === 'connect';
    return connecting || NEVER_SENT.has(code) ? reaching(system, why, error) : unanswered(deed, why, error);
  };

  return { unanswered, notSent, fromNetwork };
}
