import { Button, Drawer } from 'antd';
import { type ReactNode, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newKey } from '../api/client';
import type { Problem } from '../api/types';
import { useNarrow } from '../theme/use-media';
import { ErrorPanel } from './error-panel';

interface Props {
  open: boolean;
  title: string;
  /** What follows when it is confirmed. */
  text: string;
  /** The verb of the button, same as the one that opened the sheet. */
  verb: string;
  danger?: boolean;
  busy: boolean;
  problem: Problem | undefined;
  testId: string;
  /** @param key the same for as long as the sheet is open, so that two clicks do one thing. */
  onConfirm: (key: string) => void;
  onClose: () => void;
  children?: ReactNode;
}

/** A form in a drawer: what follows, the fields, what the hub said, and the verb. Esc goes back. */
export function FormSheet({ open, title, onClose, ...rest }: Props) {
  const narrow = useNarrow();
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const focus = (isOpen: boolean): void => {
    if (isOpen) form.current?.querySelector<HTMLElement>('select, input, textarea, button[type="submit"]')?.focus();
  };
  return (
    <Drawer
      open={open}
      onClose={onClose}
      placement={narrow ? 'bottom' : 'right'}
      size={narrow ? '88%' : 480}
      title={title}
      closable={{ 'aria-label': t('common.close') }}
      afterOpenChange={focus}
      destroyOnHidden
    >
      {open && <Body form={form} onClose={onClose} {...rest} />}
    </Drawer>
  );
}

function Body({
  text,
  verb,
  danger = false,
  busy,
  problem,
  testId,
  onConfirm,
  onClose,
  children,
  form,
}: Omit<Props, 'open' | 'title'> & { form: React.RefObject<HTMLFormElement | null> }) {
  const { t } = useTranslation();
  const [key] = useState(newKey);
  const send = (event: React.FormEvent): void => {
    event.preventDefault();
    if (!busy) onConfirm(key);
  };
  return (
    <form ref={form} className="oh-sheet" onSubmit={send} noValidate>
      <p>{text}</p>
      {children}
      {problem !== undefined && <ErrorPanel problem={problem} />}
      <div className="oh-sheet-foot">
        <Button onClick={onClose}>{t('common.back')}</Button>
        <Button type="primary" htmlType="submit" danger={danger} loading={busy} data-testid={testId}>
          {verb}
        </Button>
      </div>
    </form>
  );
}

/** A labelled field; `wrong` is said beneath it and tied to it. */
export function Field({
  label,
  hint,
  wrong,
  children,
}: {
  label: string;
  hint?: string;
  wrong: string | undefined;
  children: (props: { id: string; 'aria-invalid': boolean; 'aria-describedby': string | undefined }) => ReactNode;
}) {
  const id = useId();
  const said = wrong ?? hint;
  return (
    <div className="oh-field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-invalid': wrong !== undefined,
        'aria-describedby': said === undefined ? undefined : `${id}-said`,
      })}
      {said !== undefined && (
        <span
          id={`${id}-said`}
          className={wrong === undefined ? 'oh-caption' : 'oh-text-refused'}
          role={wrong === undefined ? undefined : 'alert'}
        >
          {said}
        </span>
      )}
    </div>
  );
}
