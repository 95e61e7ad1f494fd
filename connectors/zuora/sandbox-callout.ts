import type { CalloutEvent } from './callout-templates.js';

/** How a sandbox connection is told; the same shape as `zuoraSimulator.connection` gives it. */
export interface SandboxConnection {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
}

/** A signed request as the tenant sends it. */
export interface SandboxCallout {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface BillRun {
  readonly subscriptionNumber: string;
  readonly targetDate: string;
  /** Date of the invoice; the target date by default. */
  readonly documentDate?: string;
  /** Where the tenant is to send the callout of the invoice. */
  readonly callbackUrl?: string;
}

async function pull<T>({ settings }: SandboxConnection, lever: string, body: unknown): Promise<T> {
  const url = `${String(settings['baseUrl'])}/control/${lever}`;
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  const said = (await answer.json()) as T & { error?: string };
  if (answer.status !== 200) throw new Error(`sandbox Zuora: ${said.error ?? answer.status}`);
  return said;
}

/**
 * The callout of an event, signed but not sent. `number` is that of the order, the subscription or the invoice. The same
 * event of the same thing has the same notification id, so sending it twice is a repeat.
 */
export const signedCallout = (
  connection: SandboxConnection,
  event: CalloutEvent,
  number: string,
): Promise<SandboxCallout> => pull(connection, 'callout', { event, number });

/** Lets the tenant send a callout to `url` by its own retry rules; resolves with the attempts. */
export const sendCallout = (connection: SandboxConnection, event: CalloutEvent, number: string, url: string) =>
  pull<{ attempts: readonly { responseCode: number }[] }>(connection, 'callout', { event, number, url });

/** Runs billing for a subscription in the sandbox tenant; the invoice number is null when nothing is due. */
export const billSubscription = (connection: SandboxConnection, run: BillRun) =>
  pull<{ invoiceNumber: string | null; attempts: readonly { responseCode: number }[] }>(connection, 'bill', run);
