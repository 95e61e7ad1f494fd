import type { INode } from 'n8n-workflow/dist/cjs/index.js';
import type { DefinitionNode, PipelineDefinition } from '../definition.js';
import { readPipeline } from '../load.js';
import { type NodeRegistry, shortType } from '../registry.js';
import { isJsonText, type ParametersSchema } from './node-types.js';

/** What an n8n export also holds and what changes nothing about how a pipeline runs. Everything else is refused. */
const HARMLESS_IN_NODE = ['notesInFlow', 'webhookId', 'color'];

/** A workflow as n8n's import takes it. */
export interface ExportedWorkflow extends Omit<PipelineDefinition, 'nodes'> {
  nodes: INode[];
  active: false;
  pinData: Record<string, never>;
}

type Parameters = Record<string, unknown>;
const isRecord = (value: unknown): value is Parameters =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function schemaOf<S>(type: unknown, registry: NodeRegistry<S>): ParametersSchema {
  const found = typeof type === 'string' ? registry.find(shortType(type) ?? '') : undefined;
  return (found?.parameters ?? {}) as ParametersSchema;
}

/** Parameters with each one that n8n edits as JSON text turned by `change`. */
const turnJson = (parameters: Parameters, { properties = {} }: ParametersSchema, change: (value: unknown) => unknown) =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      const schema = properties[name];
      return [name, schema !== undefined && isJsonText(schema) ? change(value) : value];
    }),
  );

const parsed = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value; // left as text, which the schema refuses with its path
  }
};

/** n8n keeps an untouched optional field as empty text, or `null` as JSON. */
const withoutEmpty = (parameters: Parameters, { required = [] }: ParametersSchema): Parameters =>
  Object.fromEntries(
    Object.entries(parameters).filter(([name, value]) => required.includes(name) || (value !== '' && value !== null)),
  );

function importNode<S>(raw: unknown, registry: NodeRegistry<S>): unknown {
  if (!isRecord(raw)) return raw;
  const kept = Object.fromEntries(Object.entries(raw).filter(([name]) => !HARMLESS_IN_NODE.includes(name)));
  if (!isRecord(raw['parameters'])) return kept;
  const schema = schemaOf(raw['type'], registry);
  return { ...kept, parameters: withoutEmpty(turnJson(raw['parameters'], schema, parsed), schema) };
}

const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 64) || 'imported';

/** The hub's own part of `meta`; a workflow that was drawn in n8n has none yet, its name then serves as label. */
function metaOf(raw: Parameters): unknown {
  const own = isRecord(raw['meta']) ? raw['meta']['orderhub'] : undefined;
  const name = String(raw['name'] ?? '');
  const label = { en: name, zh: name };
  return { orderhub: own ?? { schema: 'pipeline/v1', label, about: label } };
}

/**
 * Reads a workflow that n8n exported. What n8n keeps for itself (ids, versions, pinned data, tags) is dropped; what
 * would make it run otherwise than the hub does (expressions, retries, credentials, other nodes) is refused.
 * @throws HubError PIPELINE_INVALID with all faults.
 */
export function importWorkflow<S>(raw: unknown, registry: NodeRegistry<S>): PipelineDefinition {
  if (!isRecord(raw)) return readPipeline(raw, registry).definition;
  const { nodes, connections, settings } = raw;
  const meta = metaOf(raw);
  const named = isRecord(raw['meta']) && isRecord(raw['meta']['orderhub']);
  const definition = {
    name: named ? raw['name'] : slug(String(raw['name'] ?? '')),
    nodes: Array.isArray(nodes) ? nodes.map((node) => importNode(node, registry)) : nodes,
    connections,
    settings: isRecord(settings) ? { executionOrder: settings['executionOrder'] } : settings,
    meta,
  };
  return readPipeline(definition, registry).definition;
}

function exportNode<S>(node: DefinitionNode, registry: NodeRegistry<S>): INode {
  const text = (value: unknown) => JSON.stringify(value, null, 2);
  const parameters = turnJson(node.parameters, schemaOf(node.type, registry), text);
  return { ...node, position: [...node.position], parameters: parameters as INode['parameters'] };
}

/** The pipeline as n8n imports it; `importWorkflow` gives back an equal one. */
export const exportWorkflow = <S>(definition: PipelineDefinition, registry: NodeRegistry<S>): ExportedWorkflow => ({
  ...structuredClone(definition),
  nodes: definition.nodes.map((node) => exportNode(node, registry)),
  active: false,
  pinData: {},
});
