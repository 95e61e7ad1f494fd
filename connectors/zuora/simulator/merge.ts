import type { Json } from './store.js';

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const lookUp = (path: string, scopes: readonly Json[]): unknown => {
  for (const scope of scopes) {
    const found = path.split('.').reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), scope);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** As it stands between the quotes of a JSON text. */
const escaped = (value: unknown): string => JSON.stringify(String(value ?? '')).slice(1, -1);

const SECTION = /\{\{#([\w.]+)\}\}([\s\S]*?)\{\{\/\1\}\}/g;
const FIELD = /\{\{([\w.]+)\}\}/g;

/** Fills merge fields `{{Path}}` and repeats `{{#List}}…{{/List}}` for each entry; unknown fields are empty. */
export function merge(template: string, data: Json, outer: readonly Json[] = []): string {
  const scopes = [data, ...outer];
  return template
    .replace(SECTION, (_, path: string, inner: string) => {
      const list = lookUp(path, scopes);
      return (Array.isArray(list) ? list : [])
        .map((entry: unknown) => merge(inner, isObject(entry) ? entry : {}, scopes))
        .join('');
    })
    .replace(FIELD, (_, path: string) => escaped(lookUp(path, scopes)));
}
