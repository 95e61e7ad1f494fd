import type { Actor } from './actor.js';

/** Who sends a request, and by what they proved it. */
export interface Identity {
  readonly actor: Actor;
  readonly via: 'session' | 'api-key';
}

/**
 * Resolves to undefined when nothing valid was shown.
 * @throws HubError ACCESS_SIGN_IN_NEEDED when an API key was shown that is unknown, revoked or expired.
 */
export type Authenticate = (headers: { authorization?: string; cookie?: string }) => Promise<Identity | undefined>;
