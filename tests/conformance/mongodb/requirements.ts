import type mongoose from 'mongoose';
import type { Requirement } from './format.js';

/** What cases ask about the server they run on. */
export type ServerFacts = Readonly<{
  /** Numbers of the version, such as 7, 0, 0. */
  version: readonly number[];
  topology: 'single' | 'replicaset' | 'sharded' | 'load-balanced';
  authenticated: boolean;
  parameter(name: string): unknown;
}>;

export async function readServerFacts(client: InstanceType<typeof mongoose.mongo.MongoClient>): Promise<ServerFacts> {
  const admin = client.db('admin');
  const { version } = await admin.command({ buildInfo: 1 });
  const hello = await admin.command({ hello: 1 });
  const { authInfo } = await admin.command({ connectionStatus: 1 });
  const parameters: mongoose.mongo.Document = await admin.command({ getParameter: '*' }).catch(() => ({}));
  return {
    version: String(version).split(/[.-]/).map(Number),
    topology: topologyOf(hello),
    authenticated: authInfo.authenticatedUsers.length > 0,
    parameter: (name) => parameters[name],
  };
}

function topologyOf(hello: mongoose.mongo.Document): ServerFacts['topology'] {
  if ('serviceId' in hello) return 'load-balanced';
  if (hello['msg'] === 'isdbgrid') return 'sharded';
  return 'setName' in hello ? 'replicaset' : 'single';
}

/** Below zero when the version is older. Parts that `wanted` does not name are not compared above it. */
function compareVersion(version: readonly number[], wanted: string): number {
  const parts = wanted.split('.').map(Number);
  for (const [index, part] of parts.entries()) {
    const difference = (version[index] ?? 0) - part;
    if (difference !== 0) return difference;
  }
  return 0;
}

type Rule = (wanted: never, server: ServerFacts) => boolean;

/** `serverless: require` and in-use encryption are never met: there is no such server to run on. */
const RULES: Readonly<Record<keyof Requirement, Rule>> = {
  minServerVersion: (wanted: string, { version }) => compareVersion(version, wanted) >= 0,
  maxServerVersion: (wanted: string, { version }) => compareVersion(version, wanted) <= 0,
  topologies: (wanted: readonly string[], { topology }) =>
    wanted.includes(topology) || (topology === 'sharded' && wanted.includes('sharded-replicaset')),
  serverless: (wanted: string) => wanted !== 'require',
  auth: (wanted: boolean, { authenticated }) => wanted === authenticated,
  csfle: (wanted: unknown) => wanted === false,
  serverParameters: (wanted: Record<string, unknown>, { parameter }) =>
    Object.entries(wanted).every(([name, value]) => parameter(name) === value),
};

/**
 * Why a case must not run here, by the first requirement of the alternative that comes closest; undefined when one
 * alternative is met. No alternatives are met by every server.
 */
export function unmet(requirements: readonly Requirement[] | undefined, server: ServerFacts): string | undefined {
  if (requirements === undefined || requirements.length === 0) return undefined;
  const reasons = requirements.map((requirement) =>
    Object.entries(requirement)
      .filter(([name, wanted]) => !RULES[name as keyof Requirement](wanted as never, server))
      .map(([name]) => name),
  );
  const [closest = []] = reasons.sort((a, b) => a.length - b.length);
  return closest.length === 0 ? undefined : `runOnRequirements: ${closest.join(' and ')}`;
}
