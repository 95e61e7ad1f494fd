import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HubError } from '../errors/hub-error.js';
import { checkDefinition, readParameters } from './check.js';
import type { Pipeline, PipelineNode } from './contract.js';
import { type DefinitionNode, type PipelineDefinition, revisionOf } from './definition.js';
import { arrowsOf, type PipelineIssue } from './graph.js';
import { type NodeRegistry, shortType } from './registry.js';

/** A pipeline that passed every check, with the file's content beside what the engine needs. */
export interface LoadedPipeline extends Pipeline {
  readonly definition: PipelineDefinition;
}

function refuse(pipeline: string, issues: readonly [PipelineIssue, ...PipelineIssue[]]): never {
  const [first] = issues;
  const where = first.node === undefined ? first.path : `${first.node} (${first.path})`;
  throw new HubError('PIPELINE_INVALID', { pipeline, path: where, why: first.why }, { issues });
}

const nameIn = (definition: unknown): string =>
  definition instanceof Object && 'name' in definition ? String(definition.name) : '?';

/** Upper branches first, then left before right: n8n's order `v1`. */
const byPosition = (a: DefinitionNode, b: DefinitionNode): number =>
  a.position[1] - b.position[1] || a.position[0] - b.position[0];

/**
 * Checks what a file holds and makes it ready to run.
 * @throws HubError PIPELINE_INVALID with all faults as issues.
 */
export function readPipeline<S>(raw: unknown, registry: NodeRegistry<S>): LoadedPipeline {
  const [first, ...others] = checkDefinition(raw, registry);
  if (first !== undefined) refuse(nameIn(raw), [first, ...others]);
  const definition = raw as PipelineDefinition;
  const byName = new Map(definition.nodes.map((node) => [node.name, node]));
  const arrows = arrowsOf(definition);

  const nodes = new Map<string, PipelineNode>();
  let trigger: PipelineNode | undefined;
  for (const { id, name, type: longType, parameters } of definition.nodes) {
    const type = registry.find(shortType(longType) ?? '');
    if (type === undefined) continue; // refused above
    const next = type.outputs.map((_, output) =>
      arrows
        .filter((arrow) => arrow.from === name && arrow.output === output)
        .flatMap((arrow) => byName.get(arrow.to) ?? [])
        .sort(byPosition)
        .map((node) => node.id),
    );
    const node = { id, name, type: type.type, parameters: readParameters(type.parameters, parameters).values, next };
    nodes.set(id, node);
    if (type.trigger === true) trigger = node;
  }
  if (trigger === undefined)
    return refuse(definition.name, [{ path: '$.nodes', why: 'there is no trigger', whyZh: '缺少触发节点' }]);
  const events = trigger.parameters['events'];
  return {
    name: definition.name,
    revision: revisionOf(definition),
    events: Array.isArray(events) ? events.map(String) : [],
    triggerNode: trigger.id,
    nodes,
    definition,
  };
}

async function readJson(file: string, pipeline: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new HubError(
      'PIPELINE_INVALID',
      { pipeline, path: 'pipeline.json', why: 'is missing or no JSON' },
      { cause },
    );
  }
}

/**
 * Reads every `<dir>/<name>/pipeline.json`.
 * @throws HubError PIPELINE_INVALID for the first pipeline with a fault; nothing is loaded in part.
 */
export async function loadPipelines<S>(dir: string, registry: NodeRegistry<S>): Promise<Map<string, LoadedPipeline>> {
  const entries = await readdir(dir, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const pipelines = new Map<string, LoadedPipeline>();
  for (const folder of folders.sort()) {
    const pipeline = readPipeline(await readJson(join(dir, folder, 'pipeline.json'), folder), registry);
    if (pipeline.name !== folder) {
      const why = `must equal the folder's name ${folder}`;
      refuse(pipeline.name, [{ path: '$.name', why, whyZh: `必须与文件夹名 ${folder} 一致` }]);
    }
    pipelines.set(folder, pipeline);
  }
  return pipelines;
}
