import { CONCAT, checkFunctionName } from './builtins.js';
import { compileLinear } from './linear-regex.js';
import { type MappingFault, valueFault } from './mapping-fault.js';

/** A node of the parsed expression; the parser's own type leaves out most members. */
interface Node {
  type?: unknown;
  value?: unknown;
  position?: unknown;
  [member: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;
const nodes = (value: unknown): readonly Node[] => (Array.isArray(value) ? value.filter(isNode) : []);

/** Where in the result a place in the source writes to, e.g. `$.lines[].unitPrice` or `$lines.unitPrice`. */
export type PathAt = (position: number | undefined) => string;

/** Functions that take a regular expression. */
const MATCHERS: ReadonlySet<unknown> = new Set(['contains', 'match', 'replace', 'split']);

/** `a & b` becomes a function call, so that its length is checked like every other. */
function measureConcatenation(node: Node): void {
  const { lhs, rhs, position } = node;
  const procedure = { type: 'variable', value: CONCAT, position };
  Object.assign(node, { type: 'function', value: '(', procedure, arguments: [lhs, rhs] });
  delete node['lhs'];
  delete node['rhs'];
}

const isMatcherCall = (node: Node): boolean =>
  node.type === 'function' && isNode(node['procedure']) && MATCHERS.has(node['procedure'].value);

/**
 * A regular expression keeps its place in the text between two matches. Held in a variable it would be shared by
 * fields that are computed at the same time, and each would move the other's place.
 */
function checkRegex(node: Node, parent: Node | undefined): void {
  if (parent === undefined || !isMatcherCall(parent)) {
    throw valueFault(
      `the regular expression ${node.value} must stand inside $match, $replace, $split or $contains`,
      `正则表达式 ${node.value} 只能直接写在 $match、$replace、$split 或 $contains 之内`,
    );
  }
  if (node.value instanceof RegExp) compileLinear(node.value);
}

const extend = (path: string, key: Node): string => (key.type === 'string' ? `${path}.${key.value}` : `${path}.*`);

/** Pairs of an object constructor: `{key: value}` or `list{key: value}`. */
function pairsOf(node: Node): readonly (readonly [Node, Node])[] {
  const group = isNode(node['group']) ? node['group']['lhs'] : undefined;
  const literal = node.type === 'unary' && node.value === '{' ? node['lhs'] : undefined;
  return [group, literal].flatMap((pairs) =>
    nodes(pairs).flatMap((pair) => {
      const [key, value] = nodes(pair);
      return key !== undefined && value !== undefined ? ([[key, value]] as const) : [];
    }),
  );
}

function pathBelow(node: Node, path: string): string {
  if (node.type === 'bind' && isNode(node['lhs'])) return `$${node['lhs'].value}`;
  return node.type === 'unary' && node.value === '[' ? `${path}[]` : path;
}

/**
 * Checks a parsed expression and readies it to run under limits; changes the tree it is given.
 * @throws MappingFault `value`, with `position` set, for refused functions and regular expressions.
 */
export function prepareTree(tree: unknown): PathAt {
  const places: { position: number; path: string }[] = [];
  const seen = new Set<Node>();

  function check(node: Node, parent: Node | undefined): void {
    try {
      if (node.type === 'variable' && typeof node.value === 'string') checkFunctionName(node.value);
      if (node.type === 'regex') checkRegex(node, parent);
    } catch (fault) {
      if (typeof node.position === 'number') (fault as MappingFault).position = node.position;
      throw fault;
    }
    if (node.type === 'binary' && node.value === '&') measureConcatenation(node);
  }

  function visit(node: Node, path: string, parent: Node | undefined): void {
    if (seen.has(node) || node instanceof RegExp) return;
    seen.add(node);
    check(node, parent);
    if (typeof node.position === 'number') places.push({ position: node.position, path });
    for (const [key, value] of pairsOf(node)) {
      visit(key, path, node);
      visit(value, extend(path, key), node);
    }
    const below = pathBelow(node, path);
    const owner = Array.isArray(node) ? parent : node;
    for (const member of Object.values(node)) if (isNode(member)) visit(member, below, owner);
  }

  if (isNode(tree)) visit(tree, '$', undefined);
  places.sort((a, b) => a.position - b.position);
  return (position) => (position === undefined ? '$' : (places.findLast((p) => p.position <= position)?.path ?? '$'));
}
