import { Ajv, type ValidateFunction } from 'ajv';
import type { TSchema } from 'typebox';
import { ajvIssues } from '../errors/ajv-issues.js';
import type { Issue } from '../errors/hub-error.js';
import { PipelineDefinition } from './definition.js';
import { graphIssues, type PipelineIssue } from './graph.js';
import { jsonataKeyword } from './jsonata-parameter.js';
import { type NodeRegistry, shortType, TYPE_PREFIX } from './registry.js';

const ajv = new Ajv({ allErrors: true, useDefaults: true, allowUnionTypes: true }).addKeyword(jsonataKeyword);
const isDefinition: ValidateFunction<PipelineDefinition> = ajv.compile<PipelineDefinition>(PipelineDefinition);

const compiled = new WeakMap<TSchema, ValidateFunction>();
function compile(schema: TSchema): ValidateFunction {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const fresh = ajv.compile(schema);
  compiled.set(schema, fresh);
  return fresh;
}

/** A copy of a node's parameters with the defaults of its type filled in, and what is wrong with them. */
export function readParameters(
  schema: TSchema,
  parameters: Readonly<Record<string, unknown>>,
): { values: Record<string, unknown>; issues: Issue[] } {
  const values = structuredClone(parameters);
  const validate = compile(schema);
  return { values, issues: validate(values) ? [] : ajvIssues(validate.errors) };
}

const below = (path: string, issue: Issue): Issue => ({ ...issue, path: `${path}${issue.path.slice(1)}` });

/** Every text that begins with `=`, however deep; n8n would evaluate it. */
function expressionIssues(value: unknown, path: string): Issue[] {
  if (typeof value === 'string') {
    if (!value.startsWith('=')) return [];
    const why = 'is an n8n expression (it begins with =); write JSONata without the sign';
    return [{ path, why, whyZh: '是 n8n 表达式（以 = 开头）；请改用不带等号的 JSONata' }];
  }
  if (Array.isArray(value)) return value.flatMap((item, index) => expressionIssues(item, `${path}[${index}]`));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, member]) => expressionIssues(member, `${path}.${name}`));
}

function nodeIssues<S>(definition: PipelineDefinition, registry: NodeRegistry<S>): PipelineIssue[] {
  return definition.nodes.flatMap((node, index) => {
    const path = `$.nodes[${index}]`;
    const short = shortType(node.type);
    const type = short === undefined ? undefined : registry.find(short);
    const issues: Issue[] = expressionIssues(node.parameters, `${path}.parameters`);
    if (node.disabled === true) {
      issues.push({
        path: `${path}.disabled`,
        why: 'disabled nodes are refused; remove it',
        whyZh: '不允许停用节点，请删除',
      });
    }
    if (type === undefined) {
      const why = `there is no node type ${node.type}; names begin with ${TYPE_PREFIX}`;
      issues.push({ path: `${path}.type`, why, whyZh: `没有节点类型 ${node.type}；名称以 ${TYPE_PREFIX} 开头` });
    } else {
      const found = readParameters(type.parameters, node.parameters).issues;
      issues.push(...found.map((issue) => below(`${path}.parameters`, issue)));
    }
    return issues.map((issue) => ({ ...issue, node: node.name }));
  });
}

/** All faults of what a file holds; an empty list means that it can run. Faults of form hide those of meaning. */
export function checkDefinition<S>(definition: unknown, registry: NodeRegistry<S>): PipelineIssue[] {
  if (!isDefinition(definition)) return ajvIssues(isDefinition.errors);
  return [...nodeIssues(definition, registry), ...graphIssues(definition, registry)];
}
