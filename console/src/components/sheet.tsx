import { Button, Drawer, Input } from 'antd';
import type { TextAreaRef } from 'antd/es/input/TextArea';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../api/types';
import { useNarrow } from '../theme/use-media';
import { ErrorPanel } from './error-panel';

export interface SheetPlan {
  title: string;
  /** What follows when it is confirmed. */
  text: string;
  /** Label of the text field. */
  field: string;
  /** Said beneath the field when it is left empty; absent when it may be. */
  needed?: string;
  /** The verb of the button, same as the one that opened the sheet. */
  verb: string;
  danger?: boolean;
  testId?: string;
}

interface Props {
  plan: SheetPlan | undefined;
  busy: boolean;
  problem: Problem | undefined;
  onConfirm: (text: string) => void;
  onClose: () => void;
}

/** The second step of a decision: says what follows, takes a comment, and confirms. Enter confirms, Esc goes back. */
export function Sheet({ plan, ...rest }: Props) {
  const narrow = useNarrow();
  const { t } = useTranslation();
  const kept = useRef(plan);
  if (plan !== undefined) kept.current = plan;
  const shown = plan ?? kept.current;
  const confirm = useRef<HTMLButtonElement>(null);
  const field = useRef<TextAreaRef>(null);
  const focus = (open: boolean): void => {
    if (!open) return;
    if (shown?.needed === undefined) confirm.current?.focus();
    else field.current?.focus();
  };
  return (
    <Drawer
      open={plan !== undefined}
      onClose={rest.onClose}
      placement={narrow ? 'bottom' : 'right'}
      size={narrow ? 420 : 480}
      title={shown?.title}
      closable={{ 'aria-label': t('common.close') }}
      afterOpenChange={focus}
      destroyOnHidden
    >
      {shown !== undefined && <Body key={shown.title} plan={shown} confirm={confirm} field={field} {...rest} />}
    </Drawer>
  );
}

function Body({
  plan,
  busy,
  problem,
  onConfirm,
  onClose,
  confirm,
  field,
}: Omit<Props, 'plan'> & {
  plan: SheetPlan;
  confirm: React.RefObject<HTMLButtonElement | null>;
  field: React.RefObject<TextAreaRef | null>;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [missing, setMissing] = useState(false);
  const send = (event?: React.FormEvent): void => {
    event?.preventDefault();
    if (busy) return;
    if (plan.needed !== undefined && text.trim() === '') {
      setMissing(true);
      field.current?.focus();
      return;
    }
    onConfirm(text.trim());
  };
  return (
    <form className="oh-sheet" onSubmit={send}>
      <p>{plan.text}</p>
      <label htmlFor="sheet-text">{plan.field}</label>
      <Input.TextArea
        ref={field}
        id="sheet-text"
        rows={3}
        maxLength={1000}
        value={text}
        aria-invalid={missing}
        aria-describedby={missing ? 'sheet-missing' : undefined}
        {...(missing ? { status: 'error' as const } : {})}
        onChange={(e) => {
          setText(e.target.value);
          setMissing(false);
        }}
        onKeyDown={(e) => {
          if (e.key === 'Enter' && !e.shiftKey && !e.nativeEvent.isComposing) send(e);
        }}
      />
      {missing && (
        <p id="sheet-missing" className="oh-text-refused" role="alert">
          {plan.needed}
        </p>
      )}
      {problem !== undefined && <ErrorPanel problem={problem} />}
      <div className="oh-sheet-foot">
        <Button onClick={onClose}>{t('common.back')}</Button>
        <Button
          ref={confirm}
          type="primary"
          htmlType="submit"
          danger={plan.danger === true}
          loading={busy}
          {...(plan.testId === undefined ? {} : { 'data-testid': plan.testId })}
        >
          {plan.verb}
        </Button>
      </div>
    </form>
  );
}
