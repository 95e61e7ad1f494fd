import Type, { type TSchema } from 'typebox';

/** Shapes that several resources share. */
export const LabelShape = Type.Object({ en: Type.String(), zh: Type.String() });
export const Open = Type.Object({}, { additionalProperties: true });

/** A page of a list; `next` is the cursor of the page after it and absent on the last. */
export const PageOf = (item: TSchema) => Type.Object({ items: Type.Array(item), next: Type.Optional(Type.String()) });

export const pageQuery = {
  cursor: Type.Optional(Type.String({ maxLength: 200, description: 'Cursor of the page, from `next`' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
};

export const iso = (at: Date): string => at.toISOString();

/** Cuts a list that was read one longer than its page. */
export function page<T, R>(docs: readonly T[], limit: number, cursor: (doc: T) => string, show: (doc: T) => R) {
  const items = docs.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(show),
    ...(docs.length > limit && last !== undefined ? { next: cursor(last) } : {}),
  };
}

/** A cursor over two fields, newest first: an instant and the id. */
export const timeCursor = (at: Date, id: string): string => `${at.getTime()}_${id}`;
export function beforeCursor(cursor: string | undefined, field: string): Record<string, unknown> {
  if (cursor === undefined) return {};
  const cut = cursor.indexOf('_');
  const at = new Date(Number(cursor.slice(0, cut)));
  return { $or: [{ [field]: { $lt: at } }, { [field]: at, _id: { $lt: cursor.slice(cut + 1) } }] };
}
