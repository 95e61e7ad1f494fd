import { SIMULATOR_TYPES } from '../main.js';
import type { SandboxEndpoints } from '../sandbox/host.js';
import type { HubClient } from './hub-client.js';
import type { EffectView, OrderView, Page } from './views.js';

/** How far an order of the demo has come, for progress. */
export type Progress = 'selling' | 'approving' | 'releasing' | 'carrying-out' | 'done';

export interface Stage {
  readonly client: HubClient;
  readonly sandbox: SandboxEndpoints;
  readonly progress: (name: string, step: Progress) => void;
}

/** Settings and secrets of a sandbox system. */
export function sandboxConnection({ systems }: SandboxEndpoints, system: string) {
  const type = SIMULATOR_TYPES.find((candidate) => candidate.system === system);
  const endpoint = systems[system];
  if (type === undefined || endpoint === undefined) throw new Error(`the sandbox has no ${system}`);
  return type.connection(endpoint.baseUrl);
}

/** Lets something happen in a sandbox system. @throws Error with what it answered. */
export async function pull(
  { systems }: SandboxEndpoints,
  system: string,
  lever: string,
  body: unknown,
): Promise<unknown> {
  const url = `${systems[system]?.baseUrl}/control/${lever}`;
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const said: unknown = await answer.json();
  if (answer.status !== 200) throw new Error(`${system} ${lever}: ${JSON.stringify(said)}`);
  return said;
}

export const viewOf = (client: HubClient, id: string): Promise<OrderView> =>
  client.get<OrderView>(`/api/v1/orders/${id}`);

export const effectsOf = async (client: HubClient, id: string): Promise<EffectView[]> =>
  (await client.get<Page<EffectView>>('/api/v1/effects', { params: { order: id, limit: 200 } })).items;

/** Looks at the order until it is as it should be. */
export const untilOrder = (
  client: HubClient,
  id: string,
  what: string,
  is: (order: OrderView) => boolean,
): Promise<OrderView> =>
  client.until(what, async () => {
    const order = await viewOf(client, id);
    return is(order) ? order : undefined;
  });

/** Waits until `count` effects of an object type are confirmed. */
export const confirmed = (client: HubClient, id: string, objectType: string, count: number): Promise<EffectView[]> =>
  client.until(`${count} ${objectType} of ${id}`, async () => {
    const effects = (await effectsOf(client, id)).filter(({ key }) => key.includes(`/${objectType}/`));
    return effects.filter(({ state }) => state === 'confirmed').length >= count ? effects : undefined;
  });
