import type { Issue } from '../errors/hub-error.js';
import type { PipelineDefinition } from './definition.js';
import { type NodeRegistry, shortType } from './registry.js';

/** One fault of a pipeline; `node` is the name of the node it concerns. */
export interface PipelineIssue extends Issue {
  readonly node?: string;
}

/** One arrow: from an output of a node to a node, both by name, and where the file says so. */
export interface Arrow {
  readonly from: string;
  readonly output: number;
  readonly to: string;
  readonly path: string;
}

export const arrowsOf = (definition: PipelineDefinition): Arrow[] =>
  Object.entries(definition.connections).flatMap(([from, { main }]) =>
    main.flatMap((targets, output) =>
      (targets ?? []).map(({ node: to }, nth) => {
        const path = `$.connections[${JSON.stringify(from)}].main[${output}][${nth}]`;
        return { from, output, to, path };
      }),
    ),
  );

const fault = (path: string, why: string, whyZh: string, node?: string): PipelineIssue => ({
  path,
  why,
  whyZh,
  ...(node === undefined ? {} : { node }),
});

function duplicates(definition: PipelineDefinition, member: 'id' | 'name'): PipelineIssue[] {
  const seen = new Set<string>();
  return definition.nodes.flatMap((node, index) => {
    const value = node[member];
    if (!seen.has(value)) {
      seen.add(value);
      return [];
    }
    const path = `$.nodes[${index}].${member}`;
    return [
      fault(path, `another node has the ${member} ${value}`, `另一节点已使用该${NOUN[member]}：${value}`, node.name),
    ];
  });
}
const NOUN = { id: '编号', name: '名称' };

function arrowIssues<S>(definition: PipelineDefinition, registry: NodeRegistry<S>): PipelineIssue[] {
  const types = new Map(definition.nodes.map((node) => [node.name, shortType(node.type)]));
  const sources = Object.keys(definition.connections)
    .filter((from) => !types.has(from))
    .map((from) => {
      const path = `$.connections[${JSON.stringify(from)}]`;
      return fault(path, `leads from ${from}, which is no node`, `起点 ${from} 不是任何节点`, from);
    });
  const arrows = arrowsOf(definition).flatMap(({ from, output, to, path }) => {
    const issues: PipelineIssue[] = [];
    if (!types.has(to)) issues.push(fault(path, `leads to ${to}, which is no node`, `终点 ${to} 不是任何节点`, from));
    const type = registry.find(types.get(from) ?? '');
    if (type !== undefined && output >= type.outputs.length) {
      const why = `leaves output ${output}, but ${type.type} has ${type.outputs.length}`;
      issues.push(fault(path, why, `使用了输出 ${output}，而 ${type.type} 只有 ${type.outputs.length} 个输出`, from));
    }
    return issues;
  });
  return [...sources, ...arrows];
}

/** Names that can be reached from the given ones, themselves included. */
function reachable(from: readonly string[], arrows: readonly Arrow[]): Set<string> {
  const found = new Set(from);
  // A set that grows while it is walked is walked to its end.
  for (const name of found) for (const arrow of arrows) if (arrow.from === name) found.add(arrow.to);
  return found;
}

/** The nodes that remain when, again and again, all nodes without an incoming arrow are taken away: those in or behind a cycle. */
function inCycles(names: readonly string[], arrows: readonly Arrow[]): string[] {
  const left = new Set(names);
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    for (const name of [...left]) {
      if (!arrows.some(({ from, to }) => to === name && left.has(from))) left.delete(name);
    }
  }
  return [...left].filter((name) => reachable(leadsTo(name, arrows), arrows).has(name));
}
const leadsTo = (name: string, arrows: readonly Arrow[]): string[] =>
  arrows.filter(({ from }) => from === name).map(({ to }) => to);

/** Faults of the drawing: names, arrows, the one trigger, nodes nobody reaches, circles. */
export function graphIssues<S>(definition: PipelineDefinition, registry: NodeRegistry<S>): PipelineIssue[] {
  const arrows = arrowsOf(definition);
  const names = [...new Set(definition.nodes.map((node) => node.name))];
  const place = (name: string) => `$.nodes[${definition.nodes.findIndex((node) => node.name === name)}]`;
  const triggers = definition.nodes.filter((node) => registry.find(shortType(node.type) ?? '')?.trigger === true);

  const issues = [
    ...duplicates(definition, 'id'),
    ...duplicates(definition, 'name'),
    ...arrowIssues(definition, registry),
  ];
  if (triggers.length === 0) issues.push(fault('$.nodes', 'there is no trigger', '缺少触发节点'));
  for (const extra of triggers.slice(1)) {
    issues.push(fault(place(extra.name), 'is a second trigger; there may be one', '只能有一个触发节点', extra.name));
  }
  if (triggers.length > 0) {
    const reached = reachable(
      triggers.map((node) => node.name),
      arrows,
    );
    for (const name of names.filter((each) => !reached.has(each))) {
      issues.push(fault(place(name), 'cannot be reached from the trigger', '从触发节点无法到达', name));
    }
  }
  for (const name of inCycles(names, arrows)) {
    issues.push(
      fault(place(name), 'is part of a circle; pipelines run forward only', '处于循环之中；流程只能向前', name),
    );
  }
  return issues;
}
