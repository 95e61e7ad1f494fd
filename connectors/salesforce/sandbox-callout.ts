import { createHmac } from 'node:crypto';
import { ordersById } from './order-query.js';
import type { SandboxConnection } from './sandbox-user.js';

/** A signed request as an Apex trigger of the customer sends it. */
export interface Callout {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const ask = async (url: string, init: RequestInit): Promise<Record<string, unknown>> => {
  const answer = await fetch(url, init);
  return (await answer.json()) as Record<string, unknown>;
};

/** Standard Webhooks: `v1,` and the HMAC-SHA256 of id, timestamp and body under the decoded secret. */
function sign(secret: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** What the sandbox organisation's Apex callout posts about one of its orders: the order as a query gives it, signed. */
export async function calloutOf(connection: SandboxConnection, orderId: string, now: Date): Promise<Callout> {
  const { loginUrl, clientId } = connection.settings;
  const form = {
    grant_type: 'client_credentials',
    client_id: String(clientId),
    client_secret: connection.secrets['clientSecret'] ?? '',
  };
  const token = await ask(`${String(loginUrl)}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  });
  const query = `/services/data/v62.0/query?q=${encodeURIComponent(ordersById([orderId], ['Activated']))}`;
  const found = await ask(`${String(token['instance_url'])}${query}`, {
    headers: { authorization: `Bearer ${String(token['access_token'])}` },
  });
  const [order] = found['records'] as unknown[];
  const eventId = `evt-${orderId}`;
  const body = JSON.stringify({ eventId, order });
  const timestamp = Math.floor(now.getTime() / 1_000);
  const headers = {
    'content-type': 'application/json',
    'webhook-id': eventId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': sign(connection.secrets['webhookSecret'] ?? '', eventId, timestamp, body),
  };
  return { headers, body };
}
