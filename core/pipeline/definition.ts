import { createHash } from 'node:crypto';
import Type, { type Static } from 'typebox';

const closed = { additionalProperties: false };
/** Names may not begin with `=`: that is how n8n marks an expression, and those are never evaluated here. */
const Name = Type.String({ minLength: 1, maxLength: 80, pattern: '^[^=]' });
const Text = Type.String({ minLength: 1, maxLength: 400 });
export const LabelSchema = Type.Object({ en: Text, zh: Text }, closed);

export const DefinitionNode = Type.Object(
  {
    /** Never changes; runs and keys refer to it. */
    id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }),
    /** Shown to people; connections refer to it. */
    name: Name,
    type: Type.String({ minLength: 1, maxLength: 120 }),
    typeVersion: Type.Literal(1),
    position: Type.Tuple([Type.Number(), Type.Number()]),
    parameters: Type.Record(Type.String(), Type.Unknown()),
    disabled: Type.Optional(Type.Boolean()),
    notes: Type.Optional(Type.String({ maxLength: 2_000 })),
  },
  closed,
);
export type DefinitionNode = Static<typeof DefinitionNode>;

const Edge = Type.Object({ node: Type.String(), type: Type.Literal('main'), index: Type.Literal(0) }, closed);
const Outputs = Type.Object(
  { main: Type.Array(Type.Union([Type.Array(Edge, { maxItems: 50 }), Type.Null()]), { maxItems: 20 }) },
  closed,
);

/** A pipeline as its file holds it: n8n workflow JSON, of which only what the hub honours is allowed. */
export const PipelineDefinition = Type.Object(
  {
    /** Kebab-case, equal to the folder's name. */
    name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$' }),
    nodes: Type.Array(DefinitionNode, { minItems: 1, maxItems: 200 }),
    /** By the name of the source node: a list of targets per output index. */
    connections: Type.Record(Type.String(), Outputs),
    /** Branch by branch, upper branches first. */
    settings: Type.Object({ executionOrder: Type.Literal('v1') }, closed),
    meta: Type.Object(
      {
        orderhub: Type.Object({ schema: Type.Literal('pipeline/v1'), label: LabelSchema, about: LabelSchema }, closed),
      },
      closed,
    ),
  },
  closed,
);
export type PipelineDefinition = Static<typeof PipelineDefinition>;

/** The same text for the same content, whatever the order of the members. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

/** SHA-256 of the canonical text, hex. */
export const revisionOf = (definition: PipelineDefinition): string =>
  createHash('sha256').update(canonicalJson(definition)).digest('hex');
