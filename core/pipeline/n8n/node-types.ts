import type { INodeProperties, INodeType, INodeTypeDescription } from 'n8n-workflow/dist/cjs/index.js';
import type { NodeType } from '../contract.js';
import { isJsonata } from '../jsonata-parameter.js';
import type { NodeRegistry } from '../registry.js';

/** The part of JSON Schema that decides how a parameter is edited. */
interface ParameterSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly ParameterSchema[];
  readonly items?: ParameterSchema;
  readonly default?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}
export interface ParametersSchema {
  readonly properties?: Readonly<Record<string, ParameterSchema>>;
  readonly required?: readonly string[];
}

type Editor = Pick<INodeProperties, 'type' | 'default' | 'typeOptions' | 'options'>;

/** The fixed texts a parameter chooses from; undefined when it is free. */
const choices = ({ enum: listed, anyOf }: ParameterSchema): readonly string[] | undefined => {
  const values = listed ?? anyOf?.map((branch) => branch.const);
  return values?.every((value) => typeof value === 'string') === true ? values : undefined;
};

/** True when n8n edits the parameter as JSON text, because its own forms keep another shape. */
export function isJsonText(schema: ParameterSchema): boolean {
  if (choices(schema) !== undefined) return false;
  return !['string', 'boolean', 'number', 'integer'].includes(schema.type ?? '') && schema.items?.type !== 'string';
}

const bounds = ({ minimum, maximum }: ParameterSchema) => ({
  ...(minimum === undefined ? {} : { minValue: minimum }),
  ...(maximum === undefined ? {} : { maxValue: maximum }),
});

function editorOf(schema: ParameterSchema): Editor {
  const fixed = choices(schema);
  if (fixed !== undefined) {
    const preset = typeof schema.default === 'string' ? schema.default : (fixed[0] ?? '');
    return { type: 'options', options: fixed.map((value) => ({ name: value, value })), default: preset };
  }
  if (isJsonText(schema)) {
    return { type: 'json', typeOptions: { rows: 8 }, default: JSON.stringify(schema.default ?? null) };
  }
  switch (schema.type) {
    case 'boolean':
      return { type: 'boolean', default: schema.default === true };
    case 'number':
    case 'integer':
      return { type: 'number', typeOptions: bounds(schema), default: Number(schema.default ?? 0) };
    case 'array':
      return { type: 'string', typeOptions: { multipleValues: true }, default: [] };
    default:
      return {
        type: 'string',
        typeOptions: { rows: isJsonata(schema) ? 3 : 1 },
        default: String(schema.default ?? ''),
      };
  }
}

/** `businessKey` → `Business Key` */
const titleOf = (name: string): string => {
  const spaced = name.replace(/([A-Z])/g, ' $1');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
};

function propertiesOf({ properties = {}, required = [] }: ParametersSchema): INodeProperties[] {
  return Object.entries(properties).map(([name, schema]) => ({
    displayName: titleOf(name),
    name,
    ...editorOf(schema),
    required: required.includes(name) && schema.default === undefined,
    // Texts are plain or JSONata; n8n may offer no expression for any of them.
    noDataExpression: true,
    ...(schema.description === undefined ? {} : { description: schema.description }),
  }));
}

export function describeNode(type: NodeType): INodeTypeDescription {
  return {
    displayName: type.label.en,
    name: type.type,
    group: [type.trigger === true ? 'trigger' : 'transform'],
    version: 1,
    description: type.help.en,
    defaults: { name: type.label.en },
    inputs: type.trigger === true ? [] : ['main'],
    outputs: type.outputs.map(() => 'main' as const),
    outputNames: type.outputs.map(({ en }) => en),
    properties: propertiesOf(type.parameters as ParametersSchema),
  };
}

/** Classes that n8n's editor can list, draw and edit. They describe; running them is the hub's work. */
export const asNodeTypes = (registry: NodeRegistry): readonly (new () => INodeType)[] =>
  registry.all().map((type) => {
    const description = describeNode(type);
    return class implements INodeType {
      readonly description = description;
    };
  });
