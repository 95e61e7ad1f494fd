import Type from 'typebox';
import type { Actor } from '../../access/actor.js';
import type { AttachmentBook } from '../../attachment/attachment-book.js';
import { dispositionOf, nameInHeader } from '../../attachment/file-name.js';
import type { AttachmentDoc } from '../../store/models/attachments.js';
import { etagOf } from '../etag.js';
import { type Route, route } from '../route.js';
import type { ResourceDeps } from './deps.js';
import { iso, PageOf, page, pageQuery } from './schemas.js';

export interface AttachmentDeps extends Pick<ResourceDeps, 'orders' | 'audit'> {
  readonly attachments: AttachmentBook;
  /** Largest file, in bytes. */
  readonly maxFileBytes: number;
}

const Who = Type.Object({ id: Type.String(), name: Type.String() });
const Attachment = Type.Object(
  {
    attachmentId: Type.String(),
    on: Type.Object({
      kind: Type.Union([Type.Literal('order'), Type.Literal('task'), Type.Literal('evidence')]),
      orderId: Type.String(),
      taskId: Type.Optional(Type.String()),
      stepId: Type.Optional(Type.String()),
    }),
    name: Type.String(),
    type: Type.String(),
    size: Type.Integer({ minimum: 1 }),
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    by: Who,
    at: Type.String(),
    removed: Type.Optional(Type.Object({ by: Who, at: Type.String() })),
  },
  { $id: 'attachment/v1' },
);

const who = ({ id, name }: { id: string; name: string }) => ({ id, name });
const present = ({ _id, attachedTo, name, type, size, sha256, by, at, removed }: AttachmentDoc) => ({
  ...{ attachmentId: _id, on: attachedTo, name, type, size, sha256, by: who(by), at: iso(at) },
  ...(removed === undefined ? {} : { removed: { by: who(removed.by), at: iso(removed.at) } }),
});

const place = {
  task: Type.Optional(Type.String({ maxLength: 200, description: 'Task of the order that it belongs to' })),
  step: Type.Optional(Type.String({ maxLength: 200, description: 'Step of the fulfilment plan that it proves' })),
};
const placeOf = ({ task, step }: { task?: string; step?: string }) => ({
  ...(task === undefined ? {} : { taskId: task }),
  ...(step === undefined ? {} : { stepId: step }),
});

/** A saved file can do nothing in the hub's name: it is never shown inline, and a browser that did would sandbox it. */
const downloadHeaders = (doc: AttachmentDoc): Record<string, string> => ({
  'content-type': doc.type,
  'content-length': String(doc.size),
  'content-disposition': dispositionOf(doc.name),
  'content-security-policy': "sandbox; default-src 'none'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'private, no-cache',
  etag: etagOf(doc.sha256),
});

export const attachmentRoutes = (deps: AttachmentDeps): Route[] => {
  const tellAudit = (actor: Actor, did: string, doc: AttachmentDoc): Promise<void> =>
    deps.audit(actor, `attachment:${did}`, `attachment ${doc._id}`, {
      order: doc.attachedTo.orderId,
      name: doc.name,
      sha256: doc.sha256,
    });

  return [
    route({
      method: 'POST',
      path: '/api/v1/orders/:order/attachments',
      tag: 'attachments',
      summary: { en: 'Attach a file; the body is the file', zh: '上传附件，请求体即文件内容' },
      action: 'attachment:add',
      query: Type.Object({
        name: Type.Optional(Type.String({ maxLength: 500, description: 'Name, else that of Content-Disposition' })),
        ...place,
      }),
      stream: true,
      bodyLimitBytes: deps.maxFileBytes,
      responses: { 201: Attachment, 200: Attachment },
      errors: ['ORDER_NOT_FOUND', 'RESOURCE_NOT_FOUND', 'ATTACHMENT_TYPE_REFUSED', 'ATTACHMENT_LIMIT_REACHED'],
      handler: async ({ params, query, headers, body, actor }) => {
        const order = await deps.orders.get(params.order);
        const contentType = headers['content-type'];
        const { doc, created } = await deps.attachments.add(
          order,
          placeOf(query),
          {
            name: query.name ?? nameInHeader(headers['content-disposition']) ?? '',
            ...(contentType === undefined ? {} : { contentType }),
            body,
          },
          actor,
        );
        if (created) await tellAudit(actor, 'add', doc);
        return {
          status: created ? 201 : 200,
          body: present(doc),
          headers: { location: `/api/v1/attachments/${doc._id}` },
        };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/orders/:order/attachments',
      tag: 'attachments',
      summary: { en: 'Files of an order, newest first', zh: '订单附件，最新在前' },
      action: 'attachment:read',
      query: Type.Object({
        ...place,
        removed: Type.Optional(Type.Boolean({ description: 'Also those that were removed' })),
        ...pageQuery,
      }),
      responses: { 200: PageOf(Attachment) },
      errors: ['ORDER_NOT_FOUND'],
      handler: async ({ params, query }) => {
        const { _id: orderId } = await deps.orders.get(params.order);
        const { removed, cursor, limit = 50 } = query;
        const docs = await deps.attachments.list(orderId, {
          ...placeOf(query),
          ...(removed === undefined ? {} : { removed }),
          ...(cursor === undefined ? {} : { cursor }),
          limit,
        });
        return { status: 200, body: page(docs, limit, (doc) => doc._id, present) };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/attachments/:attachment',
      tag: 'attachments',
      summary: { en: 'Download a file', zh: '下载附件' },
      action: 'attachment:read',
      responses: { 200: Type.Unknown(), 304: Type.Null() },
      errors: ['RESOURCE_NOT_FOUND', 'ATTACHMENT_REMOVED', 'ATTACHMENT_FILE_MISSING'],
      handler: async ({ params, headers }) => {
        const doc = await deps.attachments.get(params.attachment);
        const shown = downloadHeaders(doc);
        const known = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
        if (doc.removed === undefined && known?.includes(etagOf(doc.sha256)) === true) {
          const { 'content-length': _, ...rest } = shown;
          return { status: 304, body: null, headers: rest };
        }
        return { status: 200, body: await deps.attachments.read(doc), headers: shown };
      },
    }),
    route({
      method: 'DELETE',
      path: '/api/v1/attachments/:attachment',
      tag: 'attachments',
      summary: { en: 'Remove a file; its record stays', zh: '移除附件，保留记录' },
      action: 'attachment:remove',
      resource: (params) => `attachment ${params['attachment']}`,
      responses: { 200: Attachment },
      errors: ['RESOURCE_NOT_FOUND'],
      handler: async ({ params, actor }) => {
        const before = await deps.attachments.get(params.attachment);
        const doc = await deps.attachments.remove(params.attachment, actor);
        if (before.removed === undefined) await tellAudit(actor, 'remove', doc);
        return { status: 200, body: present(doc) };
      },
    }),
  ];
};
