import type { IConnections, INode } from 'n8n-workflow/dist/cjs/index.js';
import type { PipelineDefinition } from '../definition.js';
import { n8nLibrary } from './library.js';

export interface PipelineDiff {
  /** Nodes that differ; moving a node on the canvas is no difference. */
  readonly nodes: readonly { readonly id: string; readonly name: string; readonly status: ChangedStatus }[];
  readonly arrows: { readonly added: readonly Arrow[]; readonly removed: readonly Arrow[] };
}
type ChangedStatus = 'added' | 'modified' | 'deleted';
interface Arrow {
  readonly from: string;
  readonly output: number;
  readonly to: string;
}

/** Parameters are any JSON here and n8n's own kinds of value there; both hold the same documents. */
const asWorkflow = ({ name, nodes, connections, settings, meta }: PipelineDefinition) => ({
  name,
  nodes: structuredClone(nodes) as INode[],
  connections: structuredClone(connections) as IConnections,
  settings,
  meta,
  createdAt: new Date(0),
});

/** n8n's checksum of a workflow's content, hex SHA-256; what n8n compares to see that both sides hold the same. */
export async function checksum(definition: PipelineDefinition): Promise<string> {
  return (await n8nLibrary()).calculateWorkflowChecksum(asWorkflow(definition));
}

const isChanged = (status: string): status is ChangedStatus => status !== 'equal';

/** What changed from one pipeline to another, node by node and arrow by arrow. */
export async function diff(from: PipelineDefinition, to: PipelineDefinition): Promise<PipelineDiff> {
  const { WorkflowChangeSet } = await n8nLibrary();
  const changes = new WorkflowChangeSet<INode>(asWorkflow(from), asWorkflow(to));
  const names = new Map([...from.nodes, ...to.nodes].map((node) => [node.id, node.name]));
  const nodes = [...changes.nodes].flatMap(([id, { status }]) => {
    const text: string = status;
    return isChanged(text) ? [{ id, name: names.get(id) ?? id, status: text }] : [];
  });
  return { nodes, arrows: { added: flat(changes.connections.added), removed: flat(changes.connections.removed) } };
}

type Changed = Readonly<
  Record<
    string,
    Readonly<Record<string, readonly { sourceIndex: number; value: { connection: { node: string } } | null }[]>>
  >
>;
const flat = (changed: Changed): Arrow[] =>
  Object.entries(changed).flatMap(([from, byType]) =>
    Object.values(byType).flatMap((entries) =>
      entries.flatMap(({ sourceIndex, value }) =>
        value === null ? [] : [{ from, output: sourceIndex, to: value.connection.node }],
      ),
    ),
  );
