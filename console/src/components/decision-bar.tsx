import { Button } from 'antd';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import type { Decision, Task } from '../api/types';
import { useNarrow } from '../theme/use-media';

const watch = (changed: () => void): (() => void) => {
  window.addEventListener('online', changed);
  window.addEventListener('offline', changed);
  return () => {
    window.removeEventListener('online', changed);
    window.removeEventListener('offline', changed);
  };
};

/** The decisions of a task, at the thumb on phones. A lost connection decides nothing; the bar waits and says so. */
export function DecisionBar({ kind, onDecide }: { kind: Task['kind']; onDecide: (decision: Decision) => void }) {
  const { t } = useTranslation();
  const online = useSyncExternalStore(watch, () => navigator.onLine);
  const narrow = useNarrow();
  return (
    <footer className="oh-decide">
      {!online && (
        <span className="oh-text-attention" role="status">
          {t('task.offline')}
        </span>
      )}
      {!narrow && (
        <span className="oh-caption oh-decide-keys">{t(kind === 'todo' ? 'task.keysTodo' : 'task.keys')}</span>
      )}
      {kind === 'todo' ? (
        <Button type="primary" disabled={!online} data-testid="done" onClick={() => onDecide('done')}>
          {t('task.done')}
        </Button>
      ) : (
        <>
          <Button disabled={!online} data-testid="reject" onClick={() => onDecide('reject')}>
            {t('task.reject')}
          </Button>
          <Button type="primary" disabled={!online} data-testid="approve" onClick={() => onDecide('approve')}>
            {t('task.approve')}
          </Button>
        </>
      )}
    </footer>
  );
}
