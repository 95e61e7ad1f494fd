import { App, Button } from 'antd';
import { type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAttach, useAttachments, useDetach, useSession } from '../api/queries';
import type { Attachment } from '../api/types';
import { ErrorPanel, problemOf } from '../components/error-panel';
import { type Column, LedgerTable } from '../components/ledger-table';
import { Loaded } from '../components/state-page';
import { TimeText } from '../components/time-text';
import { formatBytes } from '../format/bytes';
import { may } from '../state/may';

/** The hub sends it to be saved; it is never opened in the console's own address. */
function FileName({ file }: { file: Attachment }) {
  return (
    <span className="oh-two">
      <a className="oh-cut" href={`/api/v1/attachments/${file.attachmentId}`} download={file.name} title={file.name}>
        {file.name}
      </a>
      <span className="oh-caption oh-cut">
        <span title={file.type}>{file.name.split('.').at(-1)}</span> ·{' '}
        <code title={file.sha256}>{file.sha256.slice(0, 12)}</code>
      </span>
    </span>
  );
}

function Remove({ file }: { file: Attachment }) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const detach = useDetach();
  const { name, attachmentId } = file;
  const ask = (): void =>
    void modal.confirm({
      title: t('files.removeOf', { name }),
      content: t('files.removeText'),
      okText: t('files.remove'),
      okButtonProps: { danger: true },
      cancelText: t('common.back'),
      onOk: () =>
        detach.mutateAsync(attachmentId).then(
          () => void message.success(t('files.removed', { name })),
          (error: unknown) => void message.error(problemOf(error).title),
        ),
    });
  return (
    <Button size="small" aria-label={t('files.removeOf', { name })} loading={detach.isPending} onClick={ask}>
      {t('files.remove')}
    </Button>
  );
}

function Files({ files, mayRemove }: { files: readonly Attachment[]; mayRemove: boolean }) {
  const { t } = useTranslation();
  const place = ({ on }: Attachment): string => t(`files.on.${on.kind}`, { step: on.stepId ?? '' });
  const columns: Column<Attachment>[] = [
    { key: 'file', head: t('files.col.file'), cell: (f) => <FileName file={f} /> },
    { key: 'on', head: t('files.col.on'), width: '140px', cell: place },
    { key: 'size', head: t('files.col.size'), align: 'end', width: '90px', cell: (f) => formatBytes(f.size) },
    { key: 'by', head: t('files.col.by'), width: '170px', cell: (f) => <span className="oh-cut">{f.by.name}</span> },
    { key: 'at', head: t('files.col.at'), align: 'end', width: '130px', cell: (f) => <TimeText instant={f.at} /> },
    ...(mayRemove
      ? [{ key: 'do', head: '', align: 'end' as const, width: '130px', cell: (f: Attachment) => <Remove file={f} /> }]
      : []),
  ];
  return (
    <LedgerTable
      caption={t('files.title')}
      columns={columns}
      rows={files}
      rowKey={(f) => f.attachmentId}
      testId="attachment-row"
      card={(f) => ({
        name: <FileName file={f} />,
        amount: formatBytes(f.size),
        second: (
          <>
            <span>
              {place(f)} · {f.by.name}
            </span>
            <TimeText instant={f.at} />
          </>
        ),
        ...(mayRemove ? { foot: <Remove file={f} /> } : {}),
      })}
    />
  );
}

/**
 * Files of an order: added by button or by dropping them on the panel, saved, removed after asking.
 * @param task new files are kept with this task; all files of the order are shown either way.
 */
export function Attachments({ order, task }: { order: string; task?: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const session = useSession().data;
  const result = useAttachments(order);
  const attach = useAttach(order, task);
  const chooser = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const mayAdd = may(session, 'attachment:add');

  const add = (list: FileList | null): void => {
    const files = [...(list ?? [])];
    if (files.length === 0) return;
    attach.mutate(files, { onSuccess: (count) => void message.success(t('files.added', { count })) });
  };
  const drag = (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    add(event.dataTransfer.files);
  };
  return (
    <section
      className={`oh-panel${over ? ' oh-panel-drop' : ''}`}
      aria-label={t('files.title')}
      {...(mayAdd ? { onDragOver: drag, onDragLeave: () => setOver(false), onDrop: drop } : {})}
    >
      <header className="oh-panel-head">
        <h2>{t('files.title')}</h2>
        {over && <span className="oh-caption">{t('files.drop')}</span>}
        {mayAdd && (
          <>
            <input
              ref={chooser}
              type="file"
              multiple
              hidden
              data-testid="attachment-input"
              onChange={(event) => {
                add(event.target.files);
                event.target.value = '';
              }}
            />
            <Button size="small" loading={attach.isPending} onClick={() => chooser.current?.click()}>
              {t('files.add')}
            </Button>
          </>
        )}
      </header>
      {attach.error !== null && <ErrorPanel problem={problemOf(attach.error)} />}
      <Loaded result={result} rows={2}>
        {(page) =>
          page.items.length === 0 ? (
            <p className="oh-caption">
              {t('files.none')} {t('files.noneText')}
            </p>
          ) : (
            <Files files={page.items} mayRemove={may(session, 'attachment:remove')} />
          )
        }
      </Loaded>
    </section>
  );
}
